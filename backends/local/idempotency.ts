import { hash } from 'node:crypto'
import type { Idempotency, IdempotencyEntry } from '../../mail/ports/idempotency.ts'
import type { Store } from './group-commit.ts'
import type { Row } from './pages.ts'

/** Which email answered which Idempotency-Key, as rows. An entry is dead at `expiresAt`. */
export function sqliteIdempotency({ sql, write }: Store): Idempotency {
  return {
    begin: (entry, now) => write(() => begin(sql, entry, now)),
    finish: (owner, key) => write(() => set(sql, 'finished = 1', owner, key)),
    release: (owner, key) => write(() => set(sql, 'started_at = 0', owner, key)),
  }
}

/** What stands for a key in which an address was erased: it still keeps a second email away. */
export function hashedKey(key: string): string {
  return `sha256:${hash('sha256', key)}`
}

function set(sql: Store['sql'], change: string, owner: string, key: string) {
  sql(`UPDATE idempotency SET ${change} WHERE owner = ? AND key IN (?, ?)`).run(
    ...[owner, key, hashedKey(key)],
  )
}

function begin(
  sql: Store['sql'],
  entry: IdempotencyEntry,
  now: number,
): IdempotencyEntry | undefined {
  const { owner, key, id, bodyHash, startedAt, expiresAt, finished, refused } = entry
  const live = sql(
    'SELECT * FROM idempotency WHERE owner = ? AND key IN (?, ?) AND expires_at > ?',
  ).get(owner, key, hashedKey(key), now)
  if (live) return entryOf(live)
  sql(
    `INSERT OR REPLACE INTO idempotency
     (owner, key, id, body_hash, started_at, expires_at, finished, refused)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[owner, key, id, bodyHash, startedAt, expiresAt, Number(finished)],
    refused ? JSON.stringify(refused) : null,
  )
  return undefined
}

/**
 * Says of every unfinished entry that no one works on it. Right only when a process starts: it
 * holds the directory alone, so a process that worked on one is dead, and a replay need not wait.
 */
export function releaseEntries({ sql }: Store): void {
  sql('UPDATE idempotency SET started_at = 0 WHERE finished = 0').run()
}

function entryOf(row: Row): IdempotencyEntry {
  return {
    owner: row['owner'] as string,
    key: row['key'] as string,
    id: row['id'] as string,
    bodyHash: row['body_hash'] as string,
    startedAt: row['started_at'] as number,
    expiresAt: row['expires_at'] as number,
    finished: row['finished'] === 1,
    ...(row['refused'] !== null && {
      refused: JSON.parse(row['refused'] as string) as IdempotencyEntry['refused'],
    }),
  }
}
