import { comparisonKey } from '../../mail/email/address.ts'
import { allProjects } from '../../mail/email/project.ts'
import type { Event, EventPage, EventQuery, Events } from '../../mail/ports/events.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import { pageOf, type Row } from './pages.ts'

/**
 * What became of emails, as rows.
 *
 * @param tell keeps an event with all that follows from it, inside a transaction
 */
export function sqliteEvents({ sql, write }: Store, tell: (event: Event) => boolean): Events {
  return {
    record: (event) => write(() => tell(event)),
    async get(id, scope) {
      const row = sql(`SELECT event FROM events WHERE ${inScope} AND id = ?`).get(scope, scope, id)
      return row && eventOf(row)
    },
    list: async (query) => list(sql, query),
    async ofEmail({ id }) {
      const rows = sql('SELECT event FROM events WHERE email_id = ?').all(id)
      return rows.map(eventOf).sort((a, b) => a.at - b.at)
    },
  }
}

/** Only one process writes: what has a later place is committed later. */
function list(sql: Store['sql'], query: EventQuery): EventPage {
  const { limit, after } = query
  if (after !== undefined && !/^\d{1,16}$/.test(after))
    throw new RangeError('not a cursor of events')
  const { text, values } = selectOf(query)
  const rows = sql(text).all(...values, limit + 1)
  const last = rows.slice(0, limit).at(-1)
  const cursor = last === undefined ? after : String(last['seq'])
  return { ...pageOf(rows, { limit }, eventOf), ...(cursor !== undefined && { cursor }) }
}

/** Only what is asked for is in the text, so that each has an index that fits. */
function selectOf({ scope, order = 'newest', after, since, types, address }: EventQuery) {
  const isOldest = order === 'oldest'
  const place = isOldest ? 'seq > ?' : 'seq < ?'
  const conditions: readonly (false | readonly [string, string | number])[] = [
    scope !== allProjects && ['project = ?', scope],
    after !== undefined && [place, Number(after)],
    since !== undefined && ['recorded_at >= ?', since],
    types !== undefined && ['type IN (SELECT value FROM json_each(?))', JSON.stringify(types)],
    address !== undefined && [`comparison_key(event ->> '$.address') = ?`, comparisonKey(address)],
  ]
  const asked = conditions.filter((one) => one !== false)
  const where = asked.length === 0 ? '' : `WHERE ${asked.map(([text]) => text).join(' AND ')}`
  const text = `SELECT seq, event FROM events ${where}
    ORDER BY seq ${isOldest ? 'ASC' : 'DESC'} LIMIT ?`
  return { text, values: asked.map(([, value]) => value) }
}

/** Keeps it unless it is there, inside the transaction of what it tells of; says whether it did. */
export function insertEvent(sql: Store['sql'], event: Event): boolean {
  const { id, project, type, recordedAt, emailId } = event
  const text = `INSERT INTO events (id, project, type, recorded_at, event, seq, email_id)
    VALUES (?, ?, ?, ?, ?, max(?, (SELECT coalesce(max(seq), 0) + 1 FROM events)), ?)
    ON CONFLICT (id) DO NOTHING`
  const values = [id, project, type, recordedAt, JSON.stringify(event), recordedAt * 1_000]
  return sql(text).run(...values, emailId ?? null).changes === 1
}

function eventOf(row: Row): Event {
  return JSON.parse(row['event'] as string) as Event
}

/** Removes some of those whose time is over; how many. */
export function forgetEvents({ sql, write }: Store, until: number, most: number): Promise<number> {
  const text = `DELETE FROM events WHERE id IN
    (SELECT id FROM events WHERE recorded_at <= ? ORDER BY recorded_at LIMIT ?)`
  return write(() => Number(sql(text).run(until, most).changes))
}
