import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Health } from '../../api/openapi/answers.ts'
import { startProcess } from '../cli/postern-process.ts'
import { runCommand, startHere, type Ran } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { othersMayEnter } from '../others-may-enter.ts'
import { virtualClock } from '../virtual-clock.ts'

/** A disk for a data directory that can be made full and free again. */
interface Disk {
  readonly directory: string
  readonly fill: () => void
  readonly free: () => void
}

const kinds = [
  // What is small still fits into files that may not grow, and so health has nothing to say.
  {
    name: 'a file system without space',
    missing: whyNoMount(),
    open: smallFileSystem,
    shows: true,
  },
  { name: 'files that may not grow', missing: whyNoLimit(), open: limitedFiles, shows: false },
]

describe('a full disk', () => {
  for (const { name, missing, open, shows } of kinds)
    it.skipIf(missing)(
      `${name}: refuses, loses nothing accepted, goes on ${missing ?? ''}`,
      async () => {
        const { directory, fill, free } = open()
        const clock = virtualClock()
        const { url, stop, log, run } = await startHere({ directory, clock })
        onTestFinished(stop)
        expect(await run('status')).toMatchObject({ code: 0 })
        const accepted = [await sendLarge(url)]
        fill()
        while (accepted.at(-1)!.status === 200 && accepted.length < 200)
          accepted.push(await sendLarge(url))
        expect(accepted.pop()!.status).toBeGreaterThanOrEqual(500)
        expect(accepted.length).toBeGreaterThan(0)
        if (shows) await expectFull(url, run)

        free()
        // What was being sent comes back when its lease ends, after 75 s.
        for (let s = 0; s < 300; s += 5) await clock.advance(5_000)
        accepted.push(await sendLarge(url))
        expect(accepted.at(-1)!.status).toBe(200)
        for (const { id } of accepted) await expect.poll(() => stateOf(url, id)).toBe('captured')
        expect(await health(url)).toMatchObject({ status: 'ok' })
        expect(await run('status')).toMatchObject({ code: 0 })
        expect(log()).not.toContain('there.test')
      },
    )
})

async function expectFull(url: string, run: (...words: string[]) => Promise<Ran>) {
  const full = 'the disk is full'
  expect(await health(url)).toMatchObject({ status: 'degraded', storage: full })
  const { code, out } = await run('status')
  expect([code, out]).toEqual([1, expect.stringMatching(/^storage\tthe disk is full$/m)])
}

const nobody = 65_534

describe('a data directory that becomes read-only', () => {
  // Rights mean nothing to root.
  const uid = process.getuid?.() === 0 ? nobody : undefined
  const canRun = uid === undefined || othersMayEnter()

  it.skipIf(!canRun)(
    'refuses what it cannot keep, keeps what is in force, and goes on by itself',
    async () => {
      const directory = temporaryDirectory()
      if (uid !== undefined) chownSync(directory, uid, uid)
      const postern = await startProcess({ directory, uid })
      expect((await save(postern.url, 'First')).status).toBe(200)

      // By neither may another file come there; by the second nothing can be looked at either.
      for (const rights of [0o555, 0]) {
        chmodSync(directory, rights)
        const { status, storage } = await health(postern.url)
        expect([status, storage]).toEqual([
          'degraded',
          'the data directory cannot be used (EACCES)',
        ])
        const { code } = await runCommand(['status'], { url: postern.url })
        expect(code).toBe(1)
      }
      chmodSync(directory, 0o555)
      expect((await save(postern.url, 'Second')).status).toBeGreaterThanOrEqual(500)
      const { id, status } = await sendLarge(postern.url)
      expect(status).toBe(200)
      await expect.poll(() => stateOf(postern.url, id)).toBe('captured')
      expect(await nameInForce(postern.url)).toBe('First')

      chmodSync(directory, 0o755)
      expect((await save(postern.url, 'Third')).status).toBe(200)
      expect(await nameInForce(postern.url)).toBe('Third')
      expect(await health(postern.url)).toMatchObject({ status: 'ok' })
    },
  )
})

/** Twelve megabytes of their own. */
function smallFileSystem(): Disk {
  const directory = temporaryDirectory()
  run('mount', '-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', directory)
  onTestFinished(() => run('umount', '--lazy', directory))
  const filler = join(directory, 'filler')
  return {
    directory,
    fill: () => writeFileSync(filler, Buffer.alloc(8_000_000)),
    free: () => rmSync(filler),
  }
}

/** No file of this process beyond four megabytes, until the limit is lifted. */
function limitedFiles(): Disk {
  const limit = (size: string) => run('prlimit', '--pid', String(process.pid), `--fsize=${size}:`)
  const free = () => limit('unlimited')
  onTestFinished(free)
  return { directory: temporaryDirectory(), fill: () => limit('4000000'), free }
}

function whyNoMount(): string | undefined {
  // In a place of its own, which goes with the program.
  const words = ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']
  return works('unshare', ...words) ? undefined : '(needs the right to mount)'
}

function whyNoLimit(): string | undefined {
  return works('prlimit', '--version') ? undefined : '(needs prlimit of util-linux)'
}

function works(program: string, ...words: string[]): boolean {
  try {
    run(program, ...words)
    return true
  } catch {
    return false
  }
}

function run(program: string, ...words: string[]) {
  execFileSync(program, words, { stdio: 'ignore' })
}

async function sendLarge(url: string): Promise<{ status: number; id: string }> {
  const text = 'A line of a large email.\n'.repeat(4_000)
  const email = { from: 'me@own.test', to: 'you@there.test', subject: 'Large', text }
  const answer = await fetch(`${url}/emails`, { method: 'POST', body: JSON.stringify(email) })
  const { id } = (await answer.json()) as { id: string }
  return { status: answer.status, id }
}

async function stateOf(url: string, id: string): Promise<string> {
  return (await get<{ state: string }>(`${url}/v1/emails/${id}`)).state
}

const health = (url: string) => get<Health>(`${url}/v1/health`)

async function nameInForce(url: string): Promise<string> {
  const view = await get<{ settings: { from: { name: string } } }>(`${url}/v1/settings`)
  return view.settings.from.name
}

async function save(url: string, name: string): Promise<Response> {
  const { version } = await get<{ version: string }>(`${url}/v1/settings`)
  const body = JSON.stringify({ settings: { from: { name } }, version })
  return fetch(`${url}/v1/settings`, { method: 'PUT', body })
}

async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  return (await answer.json()) as T
}
