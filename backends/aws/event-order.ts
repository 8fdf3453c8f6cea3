import { eventDays, type EventType } from '../../mail/email/event.ts'
import { createdAtOf, idOf, lastIdBefore } from '../../mail/email/id.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Event, EventQuery } from '../../mail/ports/events.ts'
import { endOf } from './email-items.ts'
import type { Item } from './table/item.ts'
import { merged } from './table/merged.ts'
import { listPartition } from './table/project-place.ts'
import type { Table } from './table/table.ts'
import { walk } from './table/walk.ts'

/** Where an event stands in the order: the key of its entry, and its place in there. */
export interface Line {
  readonly position: string
  readonly project: string
  readonly id: string
  readonly type: EventType
}

/**
 * The order in which events were told: entries by project and time, each with all that were told within
 * some milliseconds. One write is shared by the events of a batch.
 *
 * An entry is there at most `writeMs` after the time in its key, or it is written once more under a
 * later one; and who follows the order looks only at what is older than `lagMs`. So nothing comes
 * to be where a reader has been, as long as clocks differ by less than the rest.
 */
export function eventOrder(table: Table, clock: Clock) {
  const open = new Map<string, { readonly events: Event[]; readonly written: Promise<void> }>()

  /** Once it resolves the event has its place. */
  function add(event: Event): Promise<void> {
    const there = open.get(event.project)
    if (there && there.events.length < mostInEntry) {
      there.events.push(event)
      return there.written
    }
    const events = [event]
    const entry = { events, written: gathered().then(() => close(event.project, events)) }
    open.set(event.project, entry)
    return entry.written
  }

  function close(project: string, events: readonly Event[]): Promise<void> {
    if (open.get(project)?.events === events) open.delete(project)
    return write(project, events)
  }

  async function write(project: string, events: readonly Event[]): Promise<void> {
    const told = JSON.stringify(events.map(({ id, type }) => [id, type]))
    for (;;) {
      const at = clock.now()
      const key = { p: partition(dayOf(at), project), s: idOf(crypto.randomUUID(), at) }
      await table.put({ ...key, e: told, x: endOf(at, eventDays) })
      if (clock.now() - at < writeMs) return
    }
  }

  /** Whether an event got its place, that was first told at this time. */
  async function has({ id, project }: Event, at: number): Promise<boolean> {
    const until = at + repeatMs
    for (const day of new Set([dayOf(at), dayOf(until)]))
      for await (const line of linesOfDay(day, project, { start: lastIdBefore(at) })) {
        if (createdAtOf(line.position) > until) return false
        if (line.id === id) return true
      }
    return false
  }

  async function* linesOfDay(day: number, project: string, { start, descending = false }: Start) {
    const where = {
      text: `p = :in AND s ${descending ? '<=' : '>='} :start`,
      values: { ':in': partition(day, project), ':start': start },
    }
    for await (const item of walk(table, { where, descending, consistent: true })) {
      const lines = linesOf(item, project)
      yield* descending ? lines.reverse() : lines
    }
  }

  async function* linesOfProject(project: string, query: EventQuery): AsyncGenerator<Line, void> {
    const now = clock.now()
    const { order = 'newest', after, since = 0 } = query
    const oldest = Math.max(since, now - (eventDays + 1) * dayMs)
    const descending = order === 'newest'
    const from = after === undefined ? (descending ? now + dayMs : oldest) : createdAtOf(after)
    const to = descending ? oldest : now - lagMs
    for (const day of daysFrom(dayOf(from), dayOf(to)))
      for await (const line of linesOfDay(day, project, startOf(query, oldest))) {
        const at = createdAtOf(line.position)
        if (descending ? at < to : at > to) return
        const isBehind = descending ? line.position < (after ?? '~') : line.position > (after ?? '')
        if (isBehind) yield line
      }
  }

  return {
    add,
    has,
    /** @throws RangeError when the cursor is none of this order */
    lines(projects: readonly string[], query: EventQuery): AsyncGenerator<Line, void> {
      if (query.after !== undefined && !isPosition.test(query.after))
        throw new RangeError('not a cursor of events')
      const isOldest = query.order === 'oldest'
      const all = projects.map((project) => linesOfProject(project, query))
      return merged(all, (a, b) => a.position < b.position === isOldest)
    },
  }
}

interface Start {
  readonly start: string
  readonly descending?: boolean
}

function startOf({ order = 'newest', after }: EventQuery, oldest: number): Start {
  const key = after?.slice(0, idLength)
  if (order === 'newest') return { start: key ?? '~', descending: true }
  return { start: key ?? lastIdBefore(oldest) }
}

const isPosition = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d\d$/

/** UUIDs have so many characters. */
const idLength = 36

/** Of 1 KB, what one write unit holds. */
const mostInEntry = 12

/** Events that are told together come within some milliseconds of each other. */
const gatherMs = 5

const writeMs = 5_000
const lagMs = 10_000

/** What is told again within this time of the first has its place near that. */
const repeatMs = 60_000

/** By the clock of the machine: what it waits for is on the wire. */
function gathered(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, gatherMs))
}

function linesOf(item: Item, project: string): Line[] {
  const told = JSON.parse(item['e'] as string) as [string, EventType][]
  return told.map(([id, type], place) => {
    return {
      position: `${item['s'] as string}.${String(place).padStart(2, '0')}`,
      project,
      id,
      type,
    }
  })
}

function partition(day: number, project: string): string {
  return listPartition(`j#${day}`, project)
}

function dayOf(time: number): number {
  return Math.floor(time / dayMs)
}

function* daysFrom(first: number, last: number): Generator<number> {
  const step = first <= last ? 1 : -1
  for (let day = first; day !== last + step; day += step) yield day
}
