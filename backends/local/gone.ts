import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { dropOldWords } from './capture-words.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Store } from './group-commit.ts'

/**
 * Makes gone what was deleted: SQLite leaves it in free pages and in its log, and FTS5 in the index of
 * words. Free pages are given back to the disk, a few at a time, so that others have their turn.
 */
export async function dropDeleted(store: Store, checkpoints: Checkpoints): Promise<void> {
  await dropOldWords(store)
  await giveBack(store)
  checkpoints.run()
}

/**
 * The same to the last byte, by writing the whole file again, for which everything else waits: SQLite
 * leaves parts of rows where it moved them from within a page, whatever `secure_delete` says.
 *
 * @returns false while a backup holds the file
 */
export async function purge(
  store: Store,
  db: DatabaseSync,
  checkpoints: Checkpoints,
): Promise<boolean> {
  await dropOldWords(store, Infinity)
  if (!checkpoints.run()) return false
  const pages = store.sql('PRAGMA page_count').get()!['page_count'] as number
  const place = pages > mostInMemory ? 'FILE' : 'MEMORY'
  db.exec(`PRAGMA temp_store = ${place}; VACUUM; PRAGMA temp_store = MEMORY`)
  return checkpoints.run()
}

/** Pages of 4 kB whose copy may be in memory: 200 MB. A larger one is below the directory for such files. */
const mostInMemory = 50_000

/** Pages of 4 kB that are moved at a time: some milliseconds. */
const movedAtOnce = 500

async function giveBack({ sql, write }: Store): Promise<void> {
  const free = () => sql('PRAGMA freelist_count').get()!['freelist_count'] as number
  for (let left = Math.ceil(free() / movedAtOnce); left > 0 && free() > 0; left--) {
    await write(() => sql(`PRAGMA incremental_vacuum(${movedAtOnce})`).all())
    await setImmediate()
  }
}
