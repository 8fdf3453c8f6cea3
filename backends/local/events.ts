import { eventDays } from '../../mail/email/event.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { Event, Events } from '../../mail/ports/events.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import { afterAll, pageOf, type Row } from './pages.ts'

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
    async list({ scope, limit, after = afterAll, type = '' }) {
      const text = `SELECT event FROM events WHERE ${inScope} AND id < ? AND (? = '' OR type = ?)
        ORDER BY id DESC LIMIT ?`
      const rows = sql(text).all(scope, scope, after, type, type, limit + 1)
      return pageOf(rows, { limit }, eventOf)
    },
  }
}

/** Keeps it unless it is there, inside the transaction of what it tells of; says whether it did. */
export function insertEvent(sql: Store['sql'], event: Event): boolean {
  const { id, project, type, recordedAt } = event
  const text = 'INSERT INTO events VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'
  return sql(text).run(id, project, type, recordedAt, JSON.stringify(event)).changes === 1
}

function eventOf(row: Row): Event {
  return JSON.parse(row['event'] as string) as Event
}

/** Removes some of those whose time is over; how many. */
export function forgetEvents({ sql, write }: Store, now: number, most: number): Promise<number> {
  const text = `DELETE FROM events WHERE id IN
    (SELECT id FROM events WHERE recorded_at <= ? ORDER BY recorded_at LIMIT ?)`
  return write(() => Number(sql(text).run(now - eventDays * dayMs, most).changes))
}
