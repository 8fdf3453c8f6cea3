import { once } from 'node:events'
import process from 'node:process'
import { expect, onTestFinished } from 'vitest'
import type { EmailDetail, Health } from '../../api/openapi/answers.ts'
import { startHere } from '../cli/run-command.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { virtualClock } from '../virtual-clock.ts'

/**
 * Not the address from which connections to it come: none of them can take its port, nor connect to
 * itself, while the server is down. Other systems have but one address here.
 */
const host = process.platform === 'linux' ? '127.0.0.77' : '127.0.0.1'

/** Virtual time stands still until it is true. */
const patiently = { timeout: 20_000, interval: 5 }

/** A whole Postern in virtual time, and a real mail server that can be killed and started again. */
export async function startOutage() {
  const clock = virtualClock()
  const began = clock.now()
  const servers = [await startSmtpServer({}, host)]
  const { port } = servers[0]!
  const smtp = { host, port, security: 'none' }
  const settings = { engine: 'smtp', smtp, from: { address: 'no-reply@own.org' } }
  const postern = await startHere({ clock, env: { POSTERN_DEFAULTS: JSON.stringify(settings) } })
  onTestFinished(async () => {
    await servers.at(-1)!.close()
    await postern.stop()
  })
  const get = async <T>(path: string) => (await (await fetch(postern.url + path)).json()) as T
  const secondsOf = (time: string) => (Date.parse(time) - began) / 1_000

  /** Tells the email's id. */
  async function send(): Promise<string> {
    const body = JSON.stringify({ to: 'bob@there.org', subject: 'Hello', text: 'It works.' })
    const sent = await fetch(`${postern.url}/emails`, { method: 'POST', body })
    expect(sent.status).toBe(200)
    return ((await sent.json()) as { id: string }).id
  }

  const shown = async () => {
    const { status, mailer, queue } = await get<Health>('/v1/health')
    const { depth, sending, oldestAgeSeconds: oldest } = queue!
    if (sending !== 0) return 'still sending'
    return { status, valid: mailer.valid, trouble: mailer.trouble, depth, oldest }
  }

  return {
    postern,
    send,
    second: (count = 1) => clock.advance(count * 1_000),
    /** Since it all began. */
    seconds: () => (clock.now() - began) / 1_000,
    timeAt: (seconds: number) => new Date(began + seconds * 1_000).toISOString(),
    /** How many emails the mail server has taken, before and after it was killed. */
    arrived: () => servers.reduce((sum, { emails }) => sum + emails.length, 0),

    kill: () => servers.at(-1)!.close(),
    /** In the middle of an email, whose id it tells. */
    async killWhileSending() {
      const server = servers.at(-1)!
      server.script = { mail: { wait: true } }
      const [id] = await Promise.all([send(), once(server.events, 'wait')])
      await server.close()
      return id
    },
    async restart() {
      servers.push(await startSmtpServer({}, host, port))
    },

    shown,
    /** Waits until that is what the API says, with nothing being sent. */
    shows: (expected: object) => expect.poll(shown, patiently).toMatchObject(expected),
    /** What `postern status` says, row by row, and its exit code. */
    async status() {
      const { code, out } = await postern.run('status')
      const rows = out.split('\n').map((line) => line.split('\t'))
      return { code, ...(Object.fromEntries(rows) as Record<string, string>) }
    },
    log: () =>
      postern
        .log()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    /** Of the emails those that wait: since when, and until when they do. */
    async waiting(ids: readonly string[]) {
      const emails = await Promise.all(ids.map((id) => get<EmailDetail>(`/v1/emails/${id}`)))
      return emails.flatMap(({ created_at: since, next_attempt_at: until }) =>
        until ? [{ since: secondsOf(since), until: secondsOf(until) }] : [],
      )
    },
  }
}
