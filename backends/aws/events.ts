import { comparisonKey } from '../../mail/email/address.ts'
import { toldWords, type Email, type TimelineEntry } from '../../mail/email/email.ts'
import { createdAtOf } from '../../mail/email/id.ts'
import { allProjects, type Scope } from '../../mail/email/project.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Event, EventPage, EventQuery, Events } from '../../mail/ports/events.ts'
import { emailKey, endOf } from './email-items.ts'
import { eventOrder, type Line } from './event-order.ts'
import type { Retention } from './retention.ts'
import type { Item, Key } from './table/item.ts'
import { isLive } from './table/live.ts'
import { projectsIn } from './table/project-lists.ts'
import { listPartition } from './table/project-place.ts'
import { absent, present, type Table } from './table/table.ts'
import { allOf, walk } from './table/walk.ts'

/**
 * What became of emails: an item each, whose key follows from its id, so that each is kept once; and
 * its place in the order in which they were told.
 */
export function dynamoEvents(
  table: Table,
  clock: Clock,
  keeps: Pick<Retention, 'eventDays'>,
): Events {
  const order = eventOrder(table, clock)

  /** What is of all projects is seen by those alone who see all. */
  const scopeOf = async (scope: Scope) =>
    scope === allProjects ? [...(await projectsIn(table)), allProjects] : [scope]

  /** Those that are there, by id. */
  async function read(keys: readonly Key[]): Promise<Map<string, Event>> {
    const once = [...new Map(keys.map((key) => [key.s, key])).values()]
    const items = once.length === 0 ? [] : await table.getAll(once)
    const events = items.filter((item) => isLive(item, clock.now())).map(eventIn)
    return new Map(events.map((event) => [event.id, event]))
  }

  async function record(event: Event): Promise<boolean> {
    const { id, project, recordedAt, emailId } = event
    const key = keyOf(id, project)
    const x = endOf(recordedAt, await keeps.eventDays())
    if (isVisit(event) && emailId) await table.put({ ...visitKey(emailId, id), x })
    const told = { o: clock.now() }
    const written = await table.put({ ...key, a: JSON.stringify(event), x, ...told }, absent)
    const firstTold = (written.item?.['o'] as number | undefined) ?? recordedAt
    const isPlaced = !written.applied && (await order.has(event, firstTold))
    if (!isPlaced) await order.add(event)
    if (!isPlaced && !written.applied) await table.update(key, { set: told }, present)
    return written.applied
  }

  async function list(query: EventQuery): Promise<EventPage> {
    const { limit, after, types, address } = query
    const key = address && comparisonKey(address)
    const found: { readonly line: Line; readonly event: Event }[] = []
    let cursor = after
    let chunk: Line[] = []

    async function look() {
      const events = await read(chunk.map(({ id, project }) => keyOf(id, project)))
      for (const line of chunk) {
        const event = events.get(line.id)
        // One that was told a second time after a crash counts once in a page.
        events.delete(line.id)
        if (event && (!key || comparisonKey(event.address ?? '') === key))
          found.push({ line, event })
      }
      chunk = []
    }

    for await (const line of order.lines(await scopeOf(query.scope), query)) {
      if (!types || types.includes(line.type)) chunk.push(line)
      if (chunk.length > limit) await look()
      if (found.length > limit) break
      cursor = line.position
    }
    await look()
    const page = found.slice(0, limit)
    const hasMore = found.length > limit
    const end = hasMore ? page.at(-1)!.line.position : cursor
    return { data: page.map(({ event }) => event), hasMore, ...(end && { cursor: end }) }
  }

  return {
    record,
    async get(id, scope) {
      const projects = await scopeOf(scope)
      for (const project of projects) {
        const event = (await read([keyOf(id, project)])).get(id)
        if (event) return event
      }
      return undefined
    },
    list,
    async ofEmail(email) {
      const keys = await keysOf(table, email)
      const events = [...(await read(keys)).values()].filter(({ emailId }) => emailId === email.id)
      return events.sort((a, b) => a.at - b.at)
    },
  }
}

/**
 * Where the events of an email may be: their ids begin with times that its record has, and opens and
 * clicks are named below the record.
 */
async function keysOf(table: Table, email: Email): Promise<Key[]> {
  const { id, project, timeline, since, dueAt } = email
  const times = new Set([since, dueAt, ...timeline.filter(isTold).map(({ at }) => at)])
  const told = await Promise.all([...times].map((at) => idsAt(table, project, at)))
  const visits = {
    text: 'p = :p AND begins_with(s, :v)',
    values: { ':p': emailKey(id).p, ':v': 'v#' },
  }
  const { items } = await table.query({ where: visits, limit: mostVisits, descending: true })
  const visited = items.map(({ s }) => (s as string).slice(2))
  const ids = new Set([...told.flat(), ...visited])
  return [...ids].map((one) => keyOf(one, project))
}

/** Whether events have the time of this entry in their ids: signals, and attempts since then. */
function isTold({ what }: TimelineEntry): boolean {
  return ['accepted', 'retried', ...toldWords].includes(what)
}

/** Opens and clicks that are shown of an email: the newest. */
const mostVisits = 100

/** The ids of events at a time, which begin with it. */
async function idsAt(table: Table, project: string, at: number): Promise<string[]> {
  const time = at.toString(16).padStart(12, '0')
  const values = { ':start': `${time.slice(0, 8)}-${time.slice(8)}-` }
  const found = parts.map(async (part) => {
    const where = {
      text: 'p = :p AND begins_with(s, :start)',
      values: { ':p': partition(dayOf(at), part, project), ...values },
    }
    return (await allOf(walk(table, { where }))).map(({ s }) => s as string)
  })
  return (await Promise.all(found)).flat()
}

/** They are in no record, whose timeline would grow without an end. */
function isVisit({ type }: Event): boolean {
  return type === 'email.opened' || type === 'email.clicked'
}

function visitKey(emailId: string, id: string): Key {
  return { p: emailKey(emailId).p, s: `v#${id}` }
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

function eventIn(item: Item): Event {
  return JSON.parse(item['a'] as string) as Event
}

function dayOf(time: number): number {
  return Math.floor(time / dayMs)
}
