import { createdAtOf, isId, lastIdBefore, newId } from '../../mail/email/id.ts'
import type { Capture, News, NewsQuery } from '../../mail/ports/captures.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { captureKey, captureOf } from './capture-items.ts'
import { endOf } from './email-items.ts'
import type { Item, Key } from './table/item.ts'
import { isLive } from './table/live.ts'
import { inLists } from './table/project-lists.ts'
import { listPartition } from './table/project-place.ts'
import type { Table } from './table/table.ts'

/**
 * The order in which emails were captured: for each an entry whose key says when. The capture names
 * its entry, so that one that was written before a crash, or too late, counts for nothing.
 *
 * Who follows the order looks only at what is older than `lagMs`. A capture that is there later than
 * `writeMs` after the time in its entry gets another one, so that nothing comes to be where a reader
 * has been, as long as clocks differ by less than the rest.
 */
const writeMs = 1_000
const lagMs = 2_000

/** Days for which a place is good: what is older is passed over. */
const keepDays = 2

/** The order is kept in parts because DynamoDB takes 1,000 writes a second below one key. */
const parts = ['0', '1', '2', '3'].map((part) => ({ partition: `cn${part}` }))

export interface Entry {
  readonly stamp: string
  readonly item: Key & Item
}

export function newEntry({ id, project }: Pick<Capture, 'id' | 'project'>, now: number): Entry {
  const stamp = newId(now)
  const { partition } = parts[parseInt(stamp.at(-1)!, 16) % parts.length]!
  const p = listPartition(partition, project)
  return { stamp, item: { p, s: stamp, c: id, x: endOf(now, keepDays) } }
}

/** Whether a reader may have been there before the capture that it belongs to. */
export function isTooLate({ stamp }: Entry, now: number): boolean {
  return now - createdAtOf(stamp) > writeMs
}

/** What was captured after a place, which is the key of an entry. */
export async function newsOf(
  table: Table,
  clock: Clock,
  { scope, limit, after }: NewsQuery,
): Promise<News | undefined> {
  const now = clock.now()
  if (after === undefined) return { data: [], place: newId(now), hasMore: false }
  if (!isId(after)) return undefined
  const until = lastIdBefore(now - lagMs)
  if (after >= until) return { data: [], place: after, hasMore: false }
  const sources = await inLists(table, scope, parts)
  const pages = sources.map(async ({ partition }) => {
    const values = { ':in': partition, ':after': after, ':until': until }
    const where = { text: 'p = :in AND s BETWEEN :after AND :until', values }
    // What is at both ends of BETWEEN is found as well.
    const { items } = await table.query({ where, limit: limit + 2, consistent: true })
    return items.map(({ s, c }) => ({ place: s as string, id: c as string }))
  })
  const entries = (await Promise.all(pages)).flat().filter(({ place }) => place > after)
  entries.sort((one, other) => (one.place < other.place ? -1 : 1))
  const looked = entries.slice(0, limit)
  const data = await named(table, now, looked)
  return { data, place: looked.at(-1)?.place ?? after, hasMore: entries.length > limit }
}

interface Placed {
  readonly place: string
  readonly id: string
}

/** The captures of entries, but for those that are gone or name another entry. */
async function named(table: Table, now: number, entries: readonly Placed[]): Promise<News['data']> {
  const ids = [...new Set(entries.map(({ id }) => id))]
  const items = ids.length === 0 ? [] : await table.getAll(ids.map(captureKey))
  const live = items.filter((item) => isLive(item, now))
  const byEntry = new Map(live.map((item) => [item['e'] as string, captureOf(item)]))
  return entries.flatMap(({ place }) => {
    const capture = byEntry.get(place)
    return capture ? [{ place, capture }] : []
  })
}
