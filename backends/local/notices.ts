import { type NoticeState } from '../../mail/email/webhook.ts'
import type {
  NewNotice,
  Notice,
  NoticeQuery,
  Notices,
  NoticeTry,
} from '../../mail/ports/notices.ts'
import type { Store } from './group-commit.ts'
import { afterAll, isForward, pageOf, type Row } from './pages.ts'

/** Notices, with their consuming side, which only this process uses. */
export interface LocalNotices extends Notices {
  /** As `put`, inside a transaction. */
  insert(notices: readonly NewNotice[]): void
  /** At most so many of an endpoint that are due, the first due first. */
  due(webhookId: string, now: number, most: number): readonly Notice[]
  /** When the next of an endpoint is due; undefined when none waits. */
  nextDueAt(webhookId: string): number | undefined
  /** Calls the listener whenever some may have become due. */
  listen(listener: () => void): () => void
}

/** What endpoints are told, as rows. */
export function sqliteNotices({ sql, write, writeSoon }: Store): LocalNotices {
  const listeners = new Set<() => void>()
  const ring = () => listeners.forEach((listener) => listener())

  return {
    insert(notices) {
      notices.forEach((notice) => insert(sql, notice))
      // Then the transaction is over: it takes no turn of the event loop.
      if (notices.length > 0) setImmediate(ring)
    },
    async put(notices) {
      await write(() => notices.forEach((notice) => insert(sql, notice)))
      ring()
    },
    async get(webhookId, id) {
      const text = 'SELECT * FROM notices WHERE webhook_id = ? AND id = ?'
      const row = sql(text).get(webhookId, id)
      return row && noticeOf(row)
    },
    list: async (query) => pageOf(rowsOf(sql, query), query, noticeOf),
    settle: ({ webhookId, id }, { state, dueAt, attempts, tries }) =>
      writeSoon(() => {
        const values = [state, dueAt ?? null, attempts, JSON.stringify(tries)]
        sql(`UPDATE notices SET state = ?, due_at = ?, attempts = ?, tries = ? ${ofOne}`).run(
          ...values,
          webhookId,
          id,
        )
      }),
    async replay({ webhookId, id }, at) {
      const text = `UPDATE notices SET state = 'waiting', due_at = ?, attempts = 0 ${ofOne}`
      await write(() => void sql(text).run(at, webhookId, id))
      ring()
    },
    removeAll: (webhookId) =>
      write(() => void sql('DELETE FROM notices WHERE webhook_id = ?').run(webhookId)),
    due(webhookId, now, most) {
      const text = `SELECT * FROM notices
        WHERE webhook_id = ? AND state = 'waiting' AND due_at <= ? ORDER BY due_at, seq LIMIT ?`
      return sql(text).all(webhookId, now, most).map(noticeOf)
    },
    nextDueAt(webhookId) {
      const text = `SELECT min(due_at) AS next FROM notices
        WHERE webhook_id = ? AND state = 'waiting'`
      return (sql(text).get(webhookId)!['next'] as number | null) ?? undefined
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const ofOne = 'WHERE webhook_id = ? AND id = ?'

function insert(sql: Store['sql'], { webhookId, id, type, putAt, body, traceparent }: NewNotice) {
  const text = `INSERT INTO notices
    (webhook_id, id, state, due_at, put_at, type, body, traceparent, attempts, tries)
    VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?, 0, '[]') ON CONFLICT DO NOTHING`
  sql(text).run(webhookId, id, putAt, putAt, type, body, traceparent ?? null)
}

function rowsOf(sql: Store['sql'], query: NoticeQuery): Row[] {
  const { webhookId, limit, after, before, states = [], since = 0 } = query
  const place = isForward(query) ? 'id > ?' : 'id < ?'
  const order = isForward(query) ? 'ASC' : 'DESC'
  const text = `SELECT * FROM notices WHERE webhook_id = ? AND ${place} AND put_at >= ?
    AND (? = '[]' OR state IN (SELECT value FROM json_each(?))) ORDER BY id ${order} LIMIT ?`
  const wanted = JSON.stringify(states)
  const cursor = isForward(query) ? before! : (after ?? afterAll)
  return sql(text).all(webhookId, cursor, since, wanted, wanted, limit + 1)
}

function noticeOf(row: Row): Notice {
  const dueAt = row['due_at'] as number | null
  const traceparent = row['traceparent'] as string | null
  return {
    webhookId: row['webhook_id'] as string,
    id: row['id'] as string,
    type: row['type'] as Notice['type'],
    putAt: row['put_at'] as number,
    body: row['body'] as string,
    ...(traceparent !== null && { traceparent }),
    state: row['state'] as NoticeState,
    ...(dueAt !== null && { dueAt }),
    attempts: row['attempts'] as number,
    tries: JSON.parse(row['tries'] as string) as NoticeTry[],
  }
}

/** Removes some of those whose time is over; how many. */
export function forgetNotices({ sql, write }: Store, until: number, most: number): Promise<number> {
  const text = `DELETE FROM notices WHERE seq IN
    (SELECT seq FROM notices WHERE put_at <= ? ORDER BY put_at LIMIT ?)`
  return write(() => Number(sql(text).run(until, most).changes))
}
