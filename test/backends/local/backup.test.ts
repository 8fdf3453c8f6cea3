import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { backupsOf } from '../../../backends/local/backup.ts'
import { checkpointsOf } from '../../../backends/local/checkpoints.ts'
import { openDatabase } from '../../../backends/local/database.ts'
import { localBackend, type LocalBackend } from '../../../backends/local/index.ts'
import { restore } from '../../../backends/local/restore.ts'
import { contentKey } from '../../../mail/content.ts'
import { anEmail, noon } from '../../conformance/email-samples.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { keeping, temporaryBackend, temporaryDirectory } from './temporary.ts'

const clock = virtualClock(noon)

function opened() {
  const { backend, path, close } = temporaryBackend()
  onTestFinished(close)
  return { backend, path, log: () => statSync(join(path, 'postern.sqlite-wal')).size }
}

function emptyDirectory(): string {
  const { path, remove } = temporaryDirectory()
  onTestFinished(remove)
  return path
}

/** Emails with contents of 30 kB that wait, as one host accepts them. */
async function waiting(backend: LocalBackend, count: number) {
  const emails = Array.from({ length: count }, () => anEmail({ revision: 2 }))
  const text = 'x'.repeat(30_000)
  const content = { kind: 'structured', text, headers: {}, attachments: [] } as const
  await backend.intake.put(emails.map((email) => ({ email, content })))
  return emails.map(({ id }) => id)
}

async function bytesOf(backend: LocalBackend): Promise<Uint8Array[]> {
  return Array.fromAsync(backend.backUp()!.content)
}

function from(...pieces: Uint8Array[]): AsyncIterable<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
}

/** What a restored directory holds, as the next start finds it. */
function reopened(directory: string): LocalBackend {
  const backend = localBackend(directory, { clock })
  onTestFinished(() => backend.close())
  return backend
}

describe('a backup', () => {
  it('holds all that was there when it began, whatever is written, removed and swept meanwhile', async () => {
    const { backend, log } = opened()
    const before = await waiting(backend, 100)
    const kept = await backend.settings.read()
    await backend.settings.write({ engine: 'noop' }, {}, kept.version)
    const pieces: Uint8Array[] = []
    const after: string[] = []
    const logged: number[] = []
    for await (const piece of backend.backUp()!.content) {
      pieces.push(piece)
      after.push(...(await waiting(backend, 20)))
      await backend.blobs.remove(contentKey(before[0]!))
      await backend.sweep(noon, keeping(7))
      logged.push(log())
    }
    expect(pieces.length).toBeGreaterThan(2)
    // With the last piece it is let go.
    expect(Math.min(...logged.slice(0, -1))).toBeGreaterThan(0)
    await backend.sweep(noon, keeping(7))
    expect(log()).toBe(0)

    const directory = emptyDirectory()
    await restore(directory, from(...pieces), { clock, sendWaiting: false })
    const restored = reopened(directory)
    for (const id of before) {
      expect(await restored.emails.get(id, '*')).toMatchObject({ state: 'held' })
      expect(await restored.blobs.get(contentKey(id))).toBeDefined()
    }
    expect(await restored.emails.get(after.at(-1)!, '*')).toBeUndefined()
    expect(await restored.settings.read()).toMatchObject({ settings: { engine: 'noop' } })
    restored.close()
    const db = new DatabaseSync(join(directory, 'postern.sqlite'))
    expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    db.close()
  })

  it('is one at a time, and lets the file go when its reader goes', async () => {
    const { backend, log } = opened()
    await waiting(backend, 100)
    const { content } = backend.backUp()!
    expect(backend.backUp()).toBeUndefined()
    const reader = content.getReader()
    await reader.read()
    await reader.cancel()
    await waiting(backend, 1)
    await backend.sweep(noon, keeping(7))
    expect(log()).toBe(0)
    expect((await bytesOf(backend)).length).toBeGreaterThan(2)
  })

  it('breaks off when the process stops, and the database is closed in order', async () => {
    const { backend, path } = opened()
    await waiting(backend, 100)
    const reader = backend.backUp()!.content.getReader()
    await reader.read()
    backend.close()
    await expect(reader.read()).rejects.toThrow('stops')
    expect(existsSync(join(path, 'postern.sqlite-wal'))).toBe(false)
  })

  it.each([
    ['is read too slowly', { idleMs: -1, logBytes: 1e9 }, 'too slowly'],
    ['lets the log grow too much', { idleMs: 1e9, logBytes: -1 }, 'too much was written'],
  ])('breaks off when it %s', { timeout: 30_000 }, async (_name, limits, words) => {
    const directory = emptyDirectory()
    const db = openDatabase(directory)
    onTestFinished(() => db.close())
    const checkpoints = checkpointsOf(db)
    const backups = backupsOf({ directory, db, checkpoints, clock, limits })
    const reader = backups.take()!.content.getReader()
    await expect.poll(() => isFree(checkpoints), { timeout: 20_000 }).toBe(true)
    await expect(reader.read()).rejects.toThrow(words)
    expect(backups.take()).toBeDefined()
    backups.stop()
  })

  /** Held by one alone. */
  function isFree(checkpoints: ReturnType<typeof checkpointsOf>): boolean {
    try {
      checkpoints.hold()()
      return true
    } catch {
      return false
    }
  }

  it('leaves the directory locked: no other process may open it after', async () => {
    const { backend, path } = opened()
    await bytesOf(backend)
    const other = spawn(process.execPath, [join(import.meta.dirname, 'directory-holder.ts'), path])
    onTestFinished(() => void other.kill())
    let said = ''
    other.stderr.on('data', (text: Buffer) => (said += text.toString()))
    await once(other, 'close')
    expect(said).toContain('in use by another process')
  })
})

describe('a restore', () => {
  async function aBackup(): Promise<Uint8Array[]> {
    const { backend } = opened()
    await waiting(backend, 50)
    return bytesOf(backend)
  }
  const wish = { clock, sendWaiting: false }

  it('goes into an empty directory only', async () => {
    const directory = emptyDirectory()
    writeFileSync(join(directory, 'mine'), 'mine')
    await expect(restore(directory, from(), wish)).rejects.toThrow('is not empty')
    expect(readFileSync(join(directory, 'mine'), 'utf8')).toBe('mine')
    const below = join(directory, 'new', 'data')
    mkdirSync(join(below, 'lost+found'), { recursive: true })
    await restore(below, from(...(await aBackup())), wish)
  })

  it('never passes off a part as the whole, and begins again there', async () => {
    const pieces = await aBackup()
    const directory = emptyDirectory()
    const bytes = Buffer.concat(pieces)
    const cuts = [0, 50, 4_096, bytes.length / 2, bytes.length - 1].map(Math.floor)
    for (const cut of cuts) {
      const part = from(bytes.subarray(0, cut))
      await expect(restore(directory, part, wish)).rejects.toThrow(/no backup|not whole/)
      expect(() => localBackend(directory, { clock })).toThrow('run postern restore again')
    }
    expect(await restore(directory, from(bytes), wish)).toMatchObject({ emails: 50 })
    reopened(directory)
  })

  it('refuses what is no backup of Postern, or damaged', async () => {
    const { backend, path } = opened()
    await waiting(backend, 50)
    backend.close()
    const plain = readFileSync(join(path, 'postern.sqlite'))
    await expect(restore(emptyDirectory(), from(plain), wish)).rejects.toThrow(
      'no backup of Postern',
    )
    const text = Buffer.from('From: a\n'.repeat(99))
    await expect(restore(emptyDirectory(), from(text), wish)).rejects.toThrow('no backup')
    const damaged = Buffer.concat(await aBackup())
    damaged.fill(0x55, 8_192, 100_000)
    await expect(restore(emptyDirectory(), from(damaged), wish)).rejects.toThrow()
  })

  it('holds what waited, by letters that put it back, and tells nothing again', async () => {
    const { backend } = opened()
    const [queued] = await waiting(backend, 1)
    const later = anEmail({ state: 'scheduled', scheduled: true, dueAt: noon + 1e9, revision: 2 })
    const [taken] = await waiting(backend, 1)
    const content = { kind: 'structured', text: '', headers: {}, attachments: [] } as const
    await backend.intake.put([{ email: later, content }])
    await backend.emails.claim(taken!, noon, 75)
    const sent = anEmail({ state: 'sent', settledAt: noon })
    await backend.emails.create(sent)
    const notice = { webhookId: 'w', id: 'e', type: 'email.sent', putAt: noon, body: '{}' } as const
    await backend.notices.put([notice])
    const bytes = await bytesOf(backend)

    const directory = emptyDirectory()
    const restored = await restore(directory, from(...bytes), wish)
    expect(restored).toMatchObject({ emails: 3, notices: 1 })
    const { emails, queue, deadLetters, notices } = reopened(directory)
    for (const id of [queued!, taken!, later.id])
      expect(await emails.get(id, '*')).toMatchObject({
        state: 'held',
        lastReason: expect.stringContaining('may have been sent since') as string,
        recipients: [{ state: 'held' }],
      })
    expect(await emails.get(later.id, '*')).toMatchObject({ dueAt: noon + 1e9 })
    expect(await emails.get(sent.id, '*')).toMatchObject({ state: 'sent' })
    expect(queue.take(10, 10)).toEqual([])
    expect((await deadLetters.list({ scope: '*', limit: 10 })).data).toHaveLength(3)
    expect(notices.due('w', noon + 1e9, 10)).toEqual([])
    expect(await notices.get('w', 'e')).toMatchObject({ state: 'kept' })
  })

  it('sends what waited when that is asked for', async () => {
    const { backend } = opened()
    const ids = await waiting(backend, 3)
    const directory = emptyDirectory()
    await restore(directory, from(...(await bytesOf(backend))), { clock, sendWaiting: true })
    const jobs = reopened(directory).queue.take(10, 10)
    expect(jobs.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  })

  it('brings secrets back only where they were given, and asks for the others', async () => {
    const { backend, path } = opened()
    const { version } = await backend.settings.read()
    await backend.settings.write({ engine: 'noop' }, { 'smtp.password': 'hushhush' }, version)
    const secrets = readFileSync(join(path, 'secrets.json'), 'utf8')
    const bytes = await bytesOf(backend)
    expect(Buffer.concat(bytes).includes('hushhush')).toBe(false)

    const [without, together] = [emptyDirectory(), emptyDirectory()]
    const { missingSecrets } = await restore(without, from(...bytes), wish)
    expect(missingSecrets).toEqual(['smtp.password'])
    expect((await reopened(without).settings.read()).settings).toEqual({
      engine: 'noop',
      secrets: {},
    })
    await restore(together, from(...bytes), { ...wish, secrets })
    const found = reopened(together).settings
    expect(await found.readSecrets({ 'smtp.password': 1 })).toEqual({ 'smtp.password': 'hushhush' })
  })

  it('writes no file but its own, whatever a backup names', async () => {
    const { backend, path } = opened()
    const bytes = Buffer.concat(await bytesOf(backend))
    const file = join(path, 'hostile')
    writeFileSync(file, bytes)
    const db = new DatabaseSync(file)
    const files = JSON.stringify({ '../planted': 'x', 'secrets.json': '{}', 'settings.json': '{}' })
    db.prepare('UPDATE backup SET files = ?').run(files)
    db.close()
    const directory = join(emptyDirectory(), 'data')
    await restore(directory, from(readFileSync(file)), wish)
    expect(existsSync(join(directory, '../planted'))).toBe(false)
    expect(existsSync(join(directory, 'secrets.json'))).toBe(false)
  })
})
