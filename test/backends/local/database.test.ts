import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../backends/local/database.ts'
import { migrations } from '../../../backends/local/schema.ts'
import { temporaryDirectory } from './temporary.ts'

describe('the data directory', () => {
  let root: string
  let path: string
  let remove: () => void
  beforeEach(() => {
    ;({ path: root, remove } = temporaryDirectory())
    path = join(root, 'deep', 'data')
  })
  afterEach(() => remove())

  it('is made with its database, for the owner alone', () => {
    const db = openDatabase(path)
    expect(modeOf(path)).toBe(0o700)
    expect(modeOf(join(path, 'postern.sqlite'))).toBe(0o600)
    expect(modeOf(join(path, 'postern.sqlite-wal'))).toBe(0o600)
    db.close()
  })

  it('is opened so that a commit is on disk', () => {
    const db = openDatabase(path)
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    db.close()
  })

  it('keeps its content over opening again', () => {
    const first = openDatabase(path)
    first.exec(`INSERT INTO blobs VALUES ('a', x'00')`)
    first.close()
    const second = openDatabase(path)
    expect(second.prepare('SELECT key FROM blobs').all()).toEqual([{ key: 'a' }])
    second.close()
  })

  it('is brought from any earlier schema to this one', () => {
    mkdirSync(path, { recursive: true })
    new DatabaseSync(join(path, 'postern.sqlite')).close()
    const db = openDatabase(path)
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length })
    db.close()
  })

  it('is left as it was by a migration that fails', () => {
    const file = join(path, 'postern.sqlite')
    mkdirSync(path, { recursive: true })
    // In the way of the last statement of the first migration.
    const before = new DatabaseSync(file)
    before.exec('CREATE TABLE verdict (other)')
    before.close()
    expect(() => openDatabase(path)).toThrow('verdict')
    const after = new DatabaseSync(file)
    expect(after.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'verdict' }])
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 0 })
    after.close()
  })

  it('is refused untouched when a newer Postern wrote it', () => {
    const file = join(path, 'postern.sqlite')
    openDatabase(path).close()
    const newer = new DatabaseSync(file)
    newer.exec(`PRAGMA user_version = ${migrations.length + 1}`)
    newer.close()
    const bytes = readFileSync(file)
    expect(() => openDatabase(path)).toThrow('newer Postern')
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it('is refused while this process holds it already', () => {
    const db = openDatabase(path)
    expect(() => openDatabase(path)).toThrow('in use')
    db.close()
    openDatabase(path).close()
  })

  it('is refused while another process holds it, and free once that is killed', async () => {
    const script = new URL('directory-holder.ts', import.meta.url).pathname
    const holder = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const died = once(holder, 'exit')
    await Promise.race([once(holder.stdout, 'data'), died])
    expect(() => openDatabase(path)).toThrow(
      `the data directory ${path} is in use by another process: stop it or set POSTERN_DATA`,
    )
    holder.kill('SIGKILL')
    await died
    openDatabase(path).close()
  })

  it('is refused when it is a file', () => {
    writeFileSync(join(root, 'file'), '')
    expect(() => openDatabase(join(root, 'file'))).toThrow(/file cannot be used: .*POSTERN_DATA/)
    expect(() => openDatabase(join(root, 'file', 'below'))).toThrow('cannot be used')
  })

  it('is refused untouched when its database is something else', () => {
    const file = join(path, 'postern.sqlite')
    mkdirSync(path, { recursive: true })
    writeFileSync(file, 'x'.repeat(5_000))
    expect(() => openDatabase(path)).toThrow('not a database of Postern')
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(5_000))
    expect(existsSync(`${file}-wal`)).toBe(false)
  })
})

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}
