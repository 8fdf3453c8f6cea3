import { closeSync, fstatSync, openSync, read, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Checkpoints } from './checkpoints.ts'
import { databaseName } from './database.ts'
import { readIfThere } from './durable-files.ts'

/** All that a data directory held at one moment, but for its secrets: one SQLite database. */
export interface Backup {
  /** When that was, in milliseconds since the epoch. */
  readonly at: number
  readonly bytes: number
  /** Holds the database file until it has been read, or canceled. */
  readonly content: ReadableStream<Uint8Array<ArrayBuffer>>
}

/** The files that a backup takes along in its table; secrets and certificates are not among them. */
export const filesTaken = ['settings.json', 'mailbox.json']

interface Held {
  readonly directory: string
  readonly db: DatabaseSync
  readonly checkpoints: Checkpoints
  readonly clock: Clock
  readonly limits?: Limits
}

/** How long the database file is held at most: all that is written meanwhile fills the log. */
interface Limits {
  /** Milliseconds in which its reader has to ask for more. */
  readonly idleMs: number
  /** Bytes of the log; never more than the disk has left, or emails could not be accepted. */
  readonly logBytes: number
}

const usualLimits: Limits = { idleMs: 60_000, logBytes: 4_000_000_000 }

/** How often that is looked after, in milliseconds. */
const watchMs = 1_000

const pieceBytes = 1_000_000

/**
 * Copies of a database that is in use. SQLite's own backup begins again with every write of another
 * connection, and steps in vain while its own writes; so the file is held, which stops no writer,
 * and read as it is.
 */
export function backupsOf({ directory, db, checkpoints, clock, limits = usualLimits }: Held) {
  const file = join(directory, databaseName)
  let descriptor: number | undefined
  let stop: ((why: Error) => void) | undefined
  let reading: Promise<unknown> | undefined

  /** Kept open: to close any descriptor of a file ends all locks that the process has on it (fcntl(2)). */
  const opened = () => (descriptor ??= openSync(file, 'r'))

  function take(): Backup | undefined {
    if (stop) return undefined
    const at = clock.now()
    takeFilesAlong(db, directory, at)
    const letGo = checkpoints.hold()
    try {
      const bytes = fstatSync(opened()).size
      return { at, bytes, content: contentOf(bytes, letGo) }
    } catch (error) {
      letGo()
      throw error
    }
  }

  function contentOf(bytes: number, letGo: () => void): Backup['content'] {
    let position = 0
    let askedAt = performance.now()
    let failure: Error | undefined
    const watching = setInterval(() => {
      if (performance.now() - askedAt > limits.idleMs) end(new Error(tooSlow))
      else if (sizeOf(`${file}-wal`) > Math.min(limits.logBytes, freeIn(directory)))
        end(new Error(tooMuch))
    }, watchMs)
    watching.unref()

    function end(why?: Error) {
      failure ??= why
      clearInterval(watching)
      letGo()
      stop = undefined
    }

    function throwFailure() {
      if (failure) throw failure
    }

    async function piece() {
      throwFailure()
      askedAt = performance.now()
      const wanted = Math.min(pieceBytes, bytes - position)
      reading = promisify(read)(opened(), Buffer.alloc(wanted), 0, wanted, position)
      const { bytesRead, buffer } = (await reading) as { bytesRead: number; buffer: Buffer }
      // A file that was let go meanwhile may have changed under the read.
      throwFailure()
      if (bytesRead === 0) throw new Error('the database file ended early')
      position += bytesRead
      return new Uint8Array(buffer.buffer as ArrayBuffer, 0, bytesRead)
    }

    stop = end
    return new ReadableStream(
      {
        async pull(controller) {
          try {
            controller.enqueue(await piece())
          } catch (error) {
            end(error as Error)
            throw error
          }
          if (position < bytes) return
          end()
          controller.close()
        },
        cancel: () => end(new Error('the backup was broken off')),
      },
      { highWaterMark: 0 },
    )
  }

  return {
    take,
    /** Breaks off what is being taken, before the database is closed. */
    stop: () => stop?.(new Error('Postern stops')),
    /** After the database was closed. */
    close() {
      const last = descriptor
      if (last === undefined) return
      descriptor = undefined
      void Promise.resolve(reading)
        .catch(() => undefined)
        .then(() => closeSync(last))
    },
  }
}

const tooSlow =
  'the backup was read too slowly: for a minute nothing of it was. Write it to a file on this ' +
  'machine first'

const tooMuch =
  'too much was written while the backup was read, more than 4 GB or than the disk has left: write ' +
  'it to a faster disk, or at a quieter time'

/** No migration: a directory that an earlier version wrote is copied as it is. */
function takeFilesAlong(db: DatabaseSync, directory: string, at: number) {
  const texts = filesTaken.map((name) => [name, readIfThere(join(directory, name))?.toString()])
  db.exec('CREATE TABLE IF NOT EXISTS backup (at INTEGER, files TEXT); DELETE FROM backup')
  const files = JSON.stringify(Object.fromEntries(texts))
  db.prepare('INSERT INTO backup (at, files) VALUES (?, ?)').run(at, files)
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function freeIn(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}
