import type { Clock } from '../../mail/ports/clock.ts'
import { systemClock } from '../../mail/clock.ts'
import { backupsOf } from './backup.ts'
import { checkpointsOf } from './checkpoints.ts'
import { openAsItIs } from './database.ts'

/**
 * A backup of a directory that no Postern runs on, as it is, whichever version wrote it.
 *
 * @throws Error in words for the user: the directory is in use, or cannot be read
 */
export async function* backUpStopped(
  directory: string,
  clock: Clock = systemClock,
): AsyncGenerator<Uint8Array> {
  const db = openAsItIs(directory)
  const backups = backupsOf({ directory, db, checkpoints: checkpointsOf(db), clock })
  try {
    yield* backups.take()!.content
  } finally {
    backups.stop()
    db.close()
    backups.close()
  }
}
