import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Health } from '../../api/openapi/answers.ts'
import { runCommand, startHere } from '../cli/run-command.ts'
import { startProcess } from '../cli/postern-process.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { virtualClock } from '../virtual-clock.ts'

async function healthAt(url: string): Promise<Health> {
  return (await (await fetch(`${url}/v1/health`)).json()) as Health
}

const pem = (name: string) => resolve('test/data/tls', name)

describe('SIGHUP', () => {
  it('reads the certificates of a running Postern again, and keeps the old one for a bad one', async () => {
    const directory = temporaryDirectory()
    const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') }
    const put = (cert: string, key: string) => {
      copyFileSync(pem(cert), files.cert)
      copyFileSync(pem(key), files.key)
    }
    put('localhost.pem', 'localhost.key')
    const env = {
      POSTERN_TLS_CERT: files.cert,
      POSTERN_TLS_KEY: files.key,
      POSTERN_SMTPS_PORT: 'off',
    }
    const postern = await startProcess({ directory: temporaryDirectory(), env })
    put('expired.pem', 'expired.key')
    postern.kill('SIGHUP')
    expect((await healthAt(postern.url)).status).toBe('ok')
    put('expired.pem', 'localhost.key')
    postern.kill('SIGHUP')
    expect((await healthAt(postern.url)).status).toBe('ok')
    postern.kill('SIGTERM')
    const { code, err } = await postern.exit
    expect(code).toBe(0)
    expect(linesOf(err).map(({ level, what }) => [level, what])).toEqual([
      ['info', 'certificate for SMTP read again'],
      ['error', 'the new certificate for SMTP is not usable'],
    ])
  })

  it('stops nothing where there is no certificate', async () => {
    const env = { POSTERN_SMTP_PORT: 'off' }
    const postern = await startProcess({ directory: temporaryDirectory(), env })
    postern.kill('SIGHUP')
    expect((await healthAt(postern.url)).status).toBe('ok')
    postern.kill('SIGTERM')
    expect((await postern.exit).code).toBe(0)
  })
})

function linesOf(log: string): Record<string, unknown>[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a mail server that takes connections and never answers', () => {
  it('shows after twenty seconds in health, status and log, with what waits, and goes again', async () => {
    const server = await startSmtpServer()
    const clock = virtualClock()
    const smtp = { host: '127.0.0.1', port: server.port, security: 'none' }
    const settings = { engine: 'smtp', smtp, from: { address: 'no-reply@own.org' } }
    const env = { POSTERN_DEFAULTS: JSON.stringify(settings) }
    const postern = await startHere({ env, clock })
    onTestFinished(async () => {
      await server.close()
      await postern.stop()
    })
    await expect.poll(() => healthAt(postern.url)).toMatchObject({ status: 'ok' })
    server.script = { mail: {} }
    const hung = once(server.events, 'hang')
    const body = JSON.stringify({ to: 'bob@there.org', subject: 'Hello', text: 'It works.' })
    await fetch(`${postern.url}/emails`, { method: 'POST', body })
    await hung
    const since = clock.now()
    const second = async () => {
      await clock.advance(1_000)
      return healthAt(postern.url)
    }
    let health = await second()
    while (health.status === 'ok' && clock.now() - since < 60_000) health = await second()
    const seconds = (clock.now() - since) / 1_000
    expect(seconds).toBeGreaterThanOrEqual(20)
    expect(seconds).toBeLessThanOrEqual(24)
    expect(health).toMatchObject({
      mailer: { valid: false, trouble: [{ engine: 'smtp', kind: 'degraded' }] },
    })
    expect(Math.abs(Date.parse(health.mailer.trouble![0]!.since!) - since)).toBeLessThanOrEqual(
      1_000,
    )
    const { code, out } = await postern.run('status')
    expect([code, out]).toEqual([1, expect.stringMatching(/^mail works\tno$/m)])
    expect(out).toMatch(/^smtp degraded since\t2026-/m)
    expect(linesOf(postern.log()).map(({ what }) => what)).toContain('engine degraded')
  })
})

describe('postern status', () => {
  it('ends with 1 and says what to do where the key is wrong or is missing', async () => {
    const postern = await startHere()
    onTestFinished(() => postern.stop())
    const make = async (key: string, body: object) => {
      const init = {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${key}` },
      }
      return (await (await fetch(`${postern.url}/api-keys`, init)).json()) as { token: string }
    }
    const first = await make('re_any', { name: 'first' })
    const sending = await make(first.token, { name: 'app', permission: 'sending_access' })
    const ran = (key: string) =>
      runCommand(['status'], { url: postern.url, env: { POSTERN_API_KEY: key } })
    expect(await ran(first.token)).toMatchObject({ code: 0 })
    expect(await ran('re_wrong')).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /API key is invalid: set POSTERN_API_KEY to .*keys create/,
      ) as string,
    })
    // What a stranger is told as well.
    expect(await ran(sending.token)).toMatchObject({
      code: 0,
      out: 'STATUS\tok\nmail works\tyes\n',
    })
    const queue = await runCommand(['queue'], { url: postern.url })
    expect([queue.code, queue.err]).toEqual([1, expect.stringContaining('set POSTERN_API_KEY to ')])
  })
})
