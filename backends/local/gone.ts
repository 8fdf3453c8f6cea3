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

/** Pages of 4 kB that are moved at a time: some milliseconds. */
const movedAtOnce = 500

async function giveBack({ sql, write }: Store): Promise<void> {
  const free = () => sql('PRAGMA freelist_count').get()!['freelist_count'] as number
  for (let left = Math.ceil(free() / movedAtOnce); left > 0 && free() > 0; left--) {
    await write(() => sql(`PRAGMA incremental_vacuum(${movedAtOnce})`).all())
    await setImmediate()
  }
}
