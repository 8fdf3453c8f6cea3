import { dayMs, hourMs } from '../../mail/email/time.ts'
import type {
  Reputation,
  SenderCount,
  SenderHour,
  Watch,
  WatchLevel,
} from '../../mail/ports/reputation.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import type { Row } from './pages.ts'

/** How recipients took what was sent: a row for each sender and hour, and one for each watch. */
export function sqliteReputation({ sql, write }: Store): Reputation {
  return {
    add: (counts) => write(() => counts.forEach((count) => add(sql, count))),
    async read(scope, from) {
      const text = `SELECT * FROM sender_hours WHERE hour >= ? AND ${inScope}`
      return sql(text).all(hourOf(from), scope, scope).map(hourIn)
    },
    async watches(scope) {
      return sql(`SELECT * FROM sender_watches WHERE ${inScope}`).all(scope, scope).map(watchIn)
    },
    watch: (watch, seen) => write(() => replace(sql, watch, seen)),
  }
}

/** Removes what no rate can be made of any more. */
export async function forgetSenders({ sql, write }: Store, now: number): Promise<void> {
  await write(() => {
    sql('DELETE FROM sender_hours WHERE hour < ?').run(hourOf(now - 8 * dayMs))
    sql('DELETE FROM sender_watches WHERE since < ?').run(now - 30 * dayMs)
  })
}

function add(sql: Store['sql'], count: SenderCount) {
  const { project, domain, at, sent = 0, bounced = 0, complained = 0 } = count
  sql(`INSERT INTO sender_hours VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    sent = sent + excluded.sent, bounced = bounced + excluded.bounced,
    complained = complained + excluded.complained`).run(
    hourOf(at),
    project,
    domain,
    sent,
    bounced,
    complained,
  )
}

function replace(sql: Store['sql'], watch: Watch, seen: number | undefined): boolean {
  const { project, domain, level, since, reason, countedFrom = null } = watch
  const written =
    seen === undefined
      ? sql('INSERT INTO sender_watches VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING').run(
          project,
          domain,
          level,
          since,
          reason,
          countedFrom,
        )
      : sql(
          `UPDATE sender_watches SET level = ?, since = ?, reason = ?, counted_from = ?
           WHERE project = ? AND domain = ? AND since = ?`,
        ).run(level, since, reason, countedFrom, project, domain, seen)
  return written.changes === 1
}

function hourIn(row: Row): SenderHour {
  return {
    project: row['project'] as string,
    domain: row['domain'] as string,
    at: (row['hour'] as number) * hourMs,
    sent: row['sent'] as number,
    bounced: row['bounced'] as number,
    complained: row['complained'] as number,
  }
}

function watchIn(row: Row): Watch {
  const countedFrom = row['counted_from'] as number | null
  return {
    project: row['project'] as string,
    domain: row['domain'] as string,
    level: row['level'] as WatchLevel,
    since: row['since'] as number,
    reason: row['reason'] as string,
    ...(countedFrom !== null && { countedFrom }),
  }
}

function hourOf(time: number): number {
  return Math.floor(time / hourMs)
}
