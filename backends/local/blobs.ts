import type { Blobs } from '../../mail/ports/blobs.ts'
import type { Store } from './group-commit.ts'

/** Bytes by name, as rows: in one commit with whatever is written with them. */
export function sqliteBlobs({ sql, write }: Store): Blobs {
  return {
    put: (key, bytes) => write(() => upsertBlob(sql, key, bytes)),
    get: async (key) =>
      sql('SELECT bytes FROM blobs WHERE key = ?').get(key)?.['bytes'] as Uint8Array | undefined,
    remove: (key) => write(() => deleteBlob(sql, key)),
  }
}

/** Keeps a blob inside a work that has more to do. */
export function upsertBlob(sql: Store['sql'], key: string, bytes: Uint8Array): void {
  sql(
    `INSERT INTO blobs (key, bytes) VALUES (?, ?)
     ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes`,
  ).run(key, bytes)
}

/** Removes a blob inside a work that has more to do. */
export function deleteBlob(sql: Store['sql'], key: string): void {
  sql('DELETE FROM blobs WHERE key = ?').run(key)
}
