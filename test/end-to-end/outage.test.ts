import { describe, expect, it, onTestFinished } from 'vitest'
import type { Health } from '../../api/openapi/answers.ts'
import { startHere } from '../cli/run-command.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'

/** Seconds within which everything has to show. */
const soon = { timeout: 8_000, interval: 100 }

describe('a mail server that is down', () => {
  it('shows within seconds in health, status and log, and is gone as soon as mail leaves', async () => {
    const { server, postern, health, send, log } = await start()
    const { port } = server
    await Promise.all(Array.from({ length: 20 }, send))
    await expect.poll(() => server.emails.length, soon).toBe(20)
    await expect.poll(health, soon).toMatchObject({ status: 'ok', mailer: { valid: true } })
    expect(await postern.run('status')).toMatchObject({ code: 0 })

    await server.close()
    const downAt = Date.now()
    await Promise.all(Array.from({ length: 12 }, send))
    await expect.poll(health, soon).toMatchObject({ status: 'degraded' })
    expect(Date.now() - downAt).toBeLessThan(8_000)
    await expect.poll(async () => (await health()).queue?.depth, soon).toBe(12)
    const { mailer } = await health()
    const [trouble] = mailer.trouble!
    expect(mailer).toMatchObject({
      valid: false,
      reason: expect.stringContaining('ECONNREFUSED') as string,
    })
    expect(trouble).toMatchObject({ engine: 'smtp', kind: 'degraded' })
    expect(Math.abs(Date.parse(trouble!.since!) - downAt)).toBeLessThan(1_000)
    const status = await postern.run('status')
    expect(status.code).toBe(1)
    expect(status.out).toMatch(/^mail works\tno$/m)
    expect(status.out).toMatch(new RegExp(`^smtp degraded since\\t${trouble!.since}$`, 'm'))
    expect(status.out).toMatch(/^because\t.*ECONNREFUSED/m)
    expect(status.out).toMatch(/^waiting\t12$/m)
    expect(log('engine degraded')).toEqual([
      expect.objectContaining({ level: 'warn', engine: 'smtp', since: trouble!.since }),
    ])

    const again = await startSmtpServer({}, '127.0.0.1', port)
    onTestFinished(() => again.close())
    await send()
    await expect.poll(() => again.emails.length, soon).toBe(1)
    await expect.poll(health, soon).toMatchObject({ status: 'ok', mailer: { trouble: [] } })
    expect(await postern.run('status')).toMatchObject({ code: 0 })
    expect(log('engine resumed')).toHaveLength(1)
    expect(log('engine degraded')).toHaveLength(1)
  })

  it('does not keep anyone from changing other settings, only those of its engine', async () => {
    const { server, postern } = await start()
    await server.close()
    const unrelated = await postern.run('settings', 'set', 'keepContentDays=3')
    expect(unrelated).toMatchObject({ code: 0 })
    const refused = await postern.run('settings', 'set', 'smtp.port=1')
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/ECONNREFUSED.*--force saves them anyway/)
    expect(await postern.run('settings', 'set', 'smtp.port=1', '--force')).toMatchObject({
      code: 0,
    })
  })
})

async function start() {
  const server = await startSmtpServer()
  const smtp = { host: '127.0.0.1', port: server.port, security: 'none' }
  const settings = { engine: 'smtp', smtp, from: { address: 'no-reply@own.org' } }
  const postern = await startHere({ env: { POSTERN_DEFAULTS: JSON.stringify(settings) } })
  onTestFinished(() => postern.stop())
  const headers = { 'content-type': 'application/json' }
  const from = 'no-reply@own.org'
  const body = JSON.stringify({ from, to: 'bob@there.org', subject: 'Hello', text: 'It works.' })
  return {
    server,
    postern,
    health: async () => (await (await fetch(`${postern.url}/v1/health`)).json()) as Health,
    send: async () => {
      const sent = await fetch(`${postern.url}/emails`, { method: 'POST', headers, body })
      expect(sent.status).toBe(200)
    },
    log: (what: string) =>
      postern
        .log()
        .split('\n')
        .filter((line) => line.includes(`"${what}"`))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}
