import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { executable, node, runProcess, startProcess } from '../cli/postern-process.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

const patience = { timeout: 240_000 }
const text = 'x'.repeat(60_000)

/** Sends one email after the other until told to stop; the ids that were answered. */
function load(url: string, callers: number) {
  const answered: string[] = []
  let isOver = false
  async function run() {
    while (!isOver) {
      const body = { from: 'a@b.example', to: 'c@d.example', subject: 'Hi', text }
      const typed = { ...headers, 'content-type': 'application/json' }
      const asked = { method: 'POST', headers: typed, body: JSON.stringify(body) }
      const { id } = (await (await fetch(`${url}/emails`, asked)).json()) as { id?: string }
      if (id) answered.push(id)
    }
  }
  const running = Promise.all(Array.from({ length: callers }, run))
  return {
    answered,
    async stop() {
      isOver = true
      await running
    },
  }
}

interface Page {
  readonly data: readonly { readonly id: string }[]
  readonly has_more: boolean
}

async function all(url: string, path: string): Promise<{ id: string; state?: string }[]> {
  const found: { id: string; state?: string }[] = []
  for (let after = '', more = true; more;) {
    const answer = await fetch(`${url}${path}?limit=100${after}`, { headers })
    const { data, has_more } = (await answer.json()) as Page
    found.push(...data)
    more = has_more
    after = `&after=${data.at(-1)?.id}`
  }
  return found
}

/** As the header of the database says (sqlite.org/fileformat.html). */
function isWhole(bytes: Buffer): boolean {
  return bytes.readUInt16BE(16) * bytes.readUInt32BE(28) === bytes.length
}

const headers = { authorization: 'Bearer x' }

it(
  'a backup under load, killed and taken again, restores all that was answered before',
  patience,
  async () => {
    const directory = temporaryDirectory()
    const postern = await startProcess({ directory, env: { POSTERN_SMTP_PORT: 'off' } })
    const { url } = postern
    const sending = load(url, 4)
    const { answered } = sending
    await expect.poll(() => answered.length, { timeout: 60_000 }).toBeGreaterThan(150)

    const out = temporaryDirectory()
    const file = join(out, 'postern.backup')
    const env = { POSTERN_URL: url }
    const killed = spawn(node, [executable, 'backup', file], { env: { ...process.env, ...env } })
    await expect.poll(() => readdirSync(out).length, { timeout: 60_000, interval: 1 }).toBe(1)
    killed.kill('SIGKILL')
    await once(killed, 'close')
    // Nothing has the name of a backup before it is one.
    if (existsSync(file)) expect(isWhole(readFileSync(file))).toBe(true)

    const before = [...answered]
    const again = await expect
      .poll(() => runProcess(['backup', file], { directory, env }), { timeout: 60_000 })
      .toMatchObject({ code: 0 })
      .then(() => readFileSync(file))
    await sending.stop()
    postern.kill('SIGKILL')
    await postern.exit

    const restored = join(temporaryDirectory(), 'data')
    const half = spawn(node, [executable, 'restore', '-', '--data', restored])
    half.stdin.on('error', () => undefined)
    half.stdin.write(again.subarray(0, again.length / 2))
    await expect
      .poll(() => existsSync(join(restored, 'postern.sqlite')), { timeout: 60_000 })
      .toBe(true)
    half.kill('SIGKILL')
    await once(half, 'close')
    const refused = await runProcess(['start'], { directory: restored })
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.err).toContain('run postern restore again')

    const done = await runProcess(['restore', file, '--data', restored], { directory: restored })
    expect(done).toMatchObject({ code: 0 })
    const next = await startProcess({ directory: restored, env: { POSTERN_SMTP_PORT: 'off' } })
    const emails = await all(next.url, '/v1/emails')
    const known = new Map(emails.map(({ id, state }) => [id, state]))
    expect(before.filter((id) => !known.has(id))).toEqual([])
    // What waited when the backup began is held, and nothing more was captured since.
    const states = new Set(before.map((id) => known.get(id)))
    expect([...states].filter((state) => state !== 'captured' && state !== 'held')).toEqual([])
    const captured = emails.filter(({ state }) => state === 'captured').map(({ id }) => id)
    const captures = new Set((await all(next.url, '/v1/captures')).map(({ id }) => id))
    expect(captured.filter((id) => !captures.has(id))).toEqual([])
  },
)
