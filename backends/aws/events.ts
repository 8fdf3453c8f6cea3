import { createdAtOf } from '../../mail/email/id.ts'
import { eventDays } from '../../mail/email/event.ts'
import { allProjects, type Scope } from '../../mail/email/project.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Event, EventQuery, Events } from '../../mail/ports/events.ts'
import type { Page } from '../../mail/ports/page.ts'
import { endOf } from './email-items.ts'
import type { Item, Key } from './table/item.ts'
import { pageOf } from './table/listed-page.ts'
import { listed } from './table/listed.ts'
import { allLive } from './table/live.ts'
import { projectsIn } from './table/project-lists.ts'
import { listPartition } from './table/project-place.ts'
import { absent, type Table } from './table/table.ts'

/**
 * What became of emails: an item each. Its own key is its place in the list, by project and day, so
 * that an event costs one write and no index.
 */
export function dynamoEvents(table: Table, clock: Clock): Events {
  /** What is of all projects is seen by those alone who see all. */
  const scopeOf = async (scope: Scope) =>
    scope === allProjects ? [...(await projectsIn(table)), allProjects] : [scope]

  async function get(id: string, project: string): Promise<Event | undefined> {
    const [event] = await allLive(table, clock.now(), [id], kindOf(project))
    return event
  }

  function listOf(project: string, query: EventQuery): Promise<Page<Event>> {
    const { limit, type } = query
    const ids = idsOf(table, project, query, clock.now())
    return pageOf(ids, { limit, isForward: false }, async (chunk) => {
      const found = await allLive(table, clock.now(), chunk, kindOf(project))
      return found.filter((event) => type === undefined || event.type === type)
    })
  }

  return {
    async record(event) {
      const { id, project, recordedAt } = event
      const item = { a: JSON.stringify(event), x: endOf(recordedAt, eventDays) }
      return (await table.put({ ...keyOf(id, project), ...item }, absent)).applied
    },
    async get(id, scope) {
      const found = await Promise.all((await scopeOf(scope)).map((project) => get(id, project)))
      return found.find((event) => event !== undefined)
    },
    async list(query) {
      const { limit, scope } = query
      const pages = await Promise.all((await scopeOf(scope)).map((one) => listOf(one, query)))
      const all = pages.flatMap(({ data }) => data).sort((a, b) => (a.id < b.id ? 1 : -1))
      const hasMore = all.length > limit || pages.some((page) => page.hasMore)
      return { data: all.slice(0, limit), hasMore }
    },
  }
}

/** A day is kept in parts because DynamoDB takes 1,000 writes a second below one key. */
const parts = [0, 1, 2, 3]

function partition(day: number, part: number, project: string): string {
  return listPartition(`v${part}#${day}`, project)
}

function keyOf(id: string, project: string): Key {
  const part = parseInt(id.at(-1)!, 16) % parts.length
  return { p: partition(dayOf(createdAtOf(id)), part, project), s: id }
}

function kindOf(project: string) {
  const read = (item: Item) => JSON.parse(item['a'] as string) as Event
  return { keyOf: (id: string) => keyOf(id, project), read }
}

/** Day by day from the newest: of what is told late, some happened before the days that are kept. */
async function* idsOf(table: Table, project: string, query: EventQuery, now: number) {
  const { after, limit } = query
  const newest = dayOf(after === undefined ? now + dayMs : createdAtOf(after))
  for (let day = newest; day >= dayOf(now) - eventDays - 7; day--) {
    const sources = parts.map((part) => ({ partition: partition(day, part, project) }))
    yield* listed(table, sources, { descending: true, after }, limit + 1)
  }
}

function dayOf(time: number): number {
  return Math.floor(time / dayMs)
}
