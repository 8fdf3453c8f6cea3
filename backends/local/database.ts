import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pagesOfLog } from './checkpoints.ts'
import { syncDirectory } from './durable-files.ts'
import { addFunctions, migrations } from './schema.ts'

/**
 * Opens the one database of a data directory and holds it alone until `close`, or until the
 * process ends in whatever way.
 *
 * @throws Error in words for the user: the directory is in use, cannot be written, or
 * was written by a newer Postern. Nothing was touched then.
 */
export function openDatabase(directory: string): DatabaseSync {
  if (existsSync(join(directory, unfinishedName))) throw unfinished(directory)
  return openRestored(directory)
}

/** The same while a backup is brought back there. */
export function openRestored(directory: string): DatabaseSync {
  return openAs(directory, (db) => {
    refuseNewer(db, directory)
    // A new database takes it from its first page on.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    setUp(db)
    migrate(db)
    forget(db)
  })
}

/** The same as it is, whichever version wrote it. */
export function openAsItIs(directory: string): DatabaseSync {
  if (existsSync(join(directory, unfinishedName))) throw unfinished(directory)
  return openAs(directory, setUp)
}

function openAs(directory: string, prepare: (db: DatabaseSync) => void): DatabaseSync {
  const file = databaseFile(directory)
  const db = connect(file, directory)
  try {
    lock(db, directory)
    prepare(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

export const databaseName = 'postern.sqlite'

/** A file that is there while a backup is brought back: until it is gone the directory is not whole. */
export const unfinishedName = 'restoring'

function unfinished(directory: string): Error {
  return new Error(
    `the data directory ${directory} is not whole, as a restore did not come to its end: ` +
      'run postern restore again',
  )
}

/** SQLite's result codes (sqlite.org/rescode.html). */
const busy = 5
const notADatabase = 26

function databaseFile(directory: string): string {
  const file = join(directory, databaseName)
  try {
    const made = mkdirSync(directory, { recursive: true, mode: 0o700 })
    if (made) syncDirectory(dirname(made))
    // SQLite gives its -wal file the mode of the database.
    closeSync(openSync(file, 'a', 0o600))
    syncDirectory(directory)
    return file
  } catch (error) {
    throw unusable(directory, error)
  }
}

function connect(file: string, directory: string): DatabaseSync {
  try {
    return new DatabaseSync(file)
  } catch (error) {
    throw unusable(directory, error)
  }
}

/** Exclusive before anything is read: then WAL needs no shared memory, and the lock is kept. */
function lock(db: DatabaseSync, directory: string) {
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT')
  } catch (error) {
    const code = codeOf(error)
    if (code === busy)
      throw new Error(
        `the data directory ${directory} is in use by another process: stop it or set POSTERN_DATA`,
        { cause: error },
      )
    if (code === notADatabase)
      throw new Error(`postern.sqlite in ${directory} is not a database of Postern`, {
        cause: error,
      })
    throw unusable(directory, error)
  }
}

function refuseNewer(db: DatabaseSync, directory: string) {
  const version = read(db, 'user_version')
  if (Number(version) > migrations.length)
    throw new Error(
      `the data directory ${directory} was written by a newer Postern (schema ${version}, ` +
        `this one knows ${migrations.length}): install that one or set POSTERN_DATA`,
    )
}

/**
 * FULL: a commit is on disk when it returns (sqlite.org/pragma.html#pragma_synchronous);
 * fullfsync: on macOS too, where an fsync may stop at the cache of the drive; wal_autocheckpoint:
 * at 16 MB, as pages that change with every email need to go to the database file once in a while
 * only; cache_size: 8 MB hold what is under way, and SQLite goes through all of it at nearly every
 * commit (pcache1TruncateUnsafe), for as long as a page was moved.
 */
function setUp(db: DatabaseSync) {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8000;
    PRAGMA wal_autocheckpoint = ${pagesOfLog};
    PRAGMA journal_size_limit = 67108864;
  `)
  expect(db, 'journal_mode', 'wal')
  expect(db, 'synchronous', 2)
  expect(db, 'locking_mode', 'exclusive')
}

/** Of a database that is written again at its start, which takes a second or two. */
const mostRewritten = 200_000_000

/**
 * Sees to it that what is deleted is gone: zeroed where it stood, its pages given back by `dropDeleted`.
 * Databases of earlier versions cannot give back any until they are written again; of large ones
 * each free page is zeroed instead, which writes more.
 */
function forget(db: DatabaseSync) {
  const bytes = Number(read(db, 'page_count')) * Number(read(db, 'page_size'))
  if (read(db, 'auto_vacuum') !== incremental && bytes <= mostRewritten) rewrite(db)
  const canGiveBack = read(db, 'auto_vacuum') === incremental
  db.exec(`PRAGMA secure_delete = ${canGiveBack ? 'FAST' : 'ON'}`)
}

const incremental = 2

function rewrite(db: DatabaseSync) {
  try {
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM')
  } catch {
    // It needs as much room again: without that the database stays as it was.
  }
}

function expect(db: DatabaseSync, pragma: string, wanted: string | number) {
  const actual = read(db, pragma)
  if (actual !== wanted)
    throw new Error(`SQLite answers ${pragma} = ${actual} where Postern needs ${wanted}`)
}

function migrate(db: DatabaseSync) {
  addFunctions(db)
  for (let version = Number(read(db, 'user_version')); version < migrations.length; version++) {
    db.exec('BEGIN')
    try {
      db.exec(`${migrations[version]}; PRAGMA user_version = ${version + 1}; COMMIT`)
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}

function read(db: DatabaseSync, pragma: string): string | number {
  return Object.values(db.prepare(`PRAGMA ${pragma}`).get()!)[0] as string | number
}

function unusable(directory: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Error(
    `the data directory ${directory} cannot be used: ${reason}; correct it or set POSTERN_DATA`,
    { cause },
  )
}

function codeOf(error: unknown): number | undefined {
  return (error as { errcode?: number }).errcode
}
