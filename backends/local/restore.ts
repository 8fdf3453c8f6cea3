import { chownSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../mail/ports/clock.ts'
import { checkpointsOf } from './checkpoints.ts'
import { databaseName, openRestored, unfinishedName } from './database.ts'
import { replaceFile, syncDirectory } from './durable-files.ts'
import { groupCommit } from './group-commit.ts'
import { holdWaiting, type HeldBack } from './hold-waiting.ts'
import { requeueStranded } from './requeue.ts'
import { restoredFiles } from './restored-settings.ts'

interface Wish {
  readonly clock: Clock
  /** What waited is sent after all, although the original may have sent it since. */
  readonly sendWaiting: boolean
  /** The file of secrets, where it was kept. */
  readonly secrets?: string
}

/** What was brought back. */
export interface Restored extends HeldBack {
  /** When the backup was taken, in milliseconds since the epoch. */
  readonly of: number
  /** Those that the settings need, and that were not given. */
  readonly missingSecrets: readonly string[]
}

/** What the next start is to say, once. */
export const restoredName = 'restored.json'

/**
 * Makes a data directory from a backup. Until the last step it is marked as unfinished: a Postern
 * refuses it, and the next restore there begins again.
 *
 * @throws Error in words for the user: the directory is not empty, or the bytes are no whole backup
 */
export async function restore(
  directory: string,
  bytes: AsyncIterable<Uint8Array>,
  wish: Wish,
): Promise<Restored> {
  begin(directory)
  await write(join(directory, databaseName), bytes)
  const restored = await bringBack(directory, wish)
  finish(directory, restored)
  return restored
}

function begin(directory: string) {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const names = readdirSync(directory).filter((name) => name !== 'lost+found')
  if (names.length > 0 && !names.includes(unfinishedName))
    throw new Error(`${directory} is not empty: a backup is restored into an empty directory only`)
  closeSync(openSync(join(directory, unfinishedName), 'a', 0o600))
  syncDirectory(directory)
  for (const name of names)
    if (name !== unfinishedName) rmSync(join(directory, name), { recursive: true })
}

/** The first bytes of every database (sqlite.org/fileformat.html). */
const magic = 'SQLite format 3\0'

async function write(path: string, bytes: AsyncIterable<Uint8Array>) {
  const file = await open(path, 'wx+', 0o600)
  try {
    let size = 0
    for await (const piece of bytes) {
      await file.writeFile(piece)
      size += piece.byteLength
    }
    await file.sync()
    await refusePart(file, size)
  } finally {
    await file.close()
  }
}

/** The header says how many pages there are, and how large one is (bytes 28 to 31, 16 and 17). */
async function refusePart(file: FileHandle, size: number) {
  const head = Buffer.alloc(100)
  await file.read(head, 0, head.length, 0)
  if (head.toString('latin1', 0, magic.length) !== magic) throw new Error('this is no backup')
  const stored = head.readUInt16BE(16)
  const whole = (stored === 1 ? 65_536 : stored) * head.readUInt32BE(28)
  if (whole !== size)
    throw new Error(`the backup is not whole: ${size} of ${whole} bytes are there`)
}

async function bringBack(directory: string, { clock, sendWaiting, secrets }: Wish) {
  const db = openRestored(directory)
  try {
    const { at, files } = takenAlong(db)
    const { files: texts, missing: missingSecrets } = restoredFiles(files, secrets)
    const store = groupCommit(db)
    // What no caller was told yes about is no email.
    requeueStranded(store, clock)
    const held = sendWaiting ? { emails: 0, notices: 0 } : await holdWaiting(store, at, clock)
    for (const [name, text] of Object.entries(texts)) replaceFile(join(directory, name), text)
    db.exec('DROP TABLE backup')
    checkpointsOf(db).run()
    return { of: at, ...held, missingSecrets }
  } finally {
    db.close()
  }
}

function takenAlong(db: DatabaseSync) {
  const isBackup = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'backup'`).get()
  const row = isBackup && db.prepare('SELECT at, files FROM backup').get()
  if (!row) throw new Error('this is a database, but no backup of Postern')
  const damage = db.prepare('PRAGMA quick_check(1)').get()!['quick_check']
  if (damage !== 'ok') throw new Error(`the backup is damaged: ${String(damage)}`)
  const files = JSON.parse(row['files'] as string) as Record<string, string>
  return { at: row['at'] as number, files }
}

function finish(directory: string, restored: Restored) {
  replaceFile(join(directory, restoredName), `${JSON.stringify(restored)}\n`)
  giveToOwner(directory)
  rmSync(join(directory, unfinishedName))
  syncDirectory(directory)
}

/** Root restores for the user that will run it, to whom the directory belongs. */
function giveToOwner(directory: string) {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(directory)
  for (const name of readdirSync(directory)) chownSync(join(directory, name), uid, gid)
}
