import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { metricNames } from '../../../mail/email/metric-names.ts'
import { startHere } from '../../cli/run-command.ts'
import { startSmtpServer } from '../../remote/smtp-server.ts'

const email = { from: 'me@own.test', to: 'you@there.test', subject: 'Hello', text: 'It works.' }

async function start(env: Record<string, string> = {}) {
  const postern = await startHere({
    env: { POSTERN_METRICS_PORT: '0', POSTERN_SMTP_PORT: 'off', ...env },
  })
  onTestFinished(() => postern.stop())
  const send = async (body: object = email) => {
    const answer = await fetch(`${postern.url}/emails`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
    return ((await answer.json()) as { id: string }).id
  }
  return { ...postern, send, scrape: () => scrape(postern.metricsUrl!) }
}

async function scrape(url: string): Promise<string> {
  const answer = await fetch(url)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  return answer.text()
}

/** The value of one series, by its name and labels as they stand there. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

describe('GET /metrics', () => {
  it('counts an email from the request to its end, by engine, state and route', async () => {
    const postern = await start()
    await postern.send()
    const settled = 'postern_settled_total{state="captured",project="default"}'
    await expect.poll(async () => valueOf(await postern.scrape(), settled)).toBe(1)
    const text = await postern.scrape()
    expect(valueOf(text, 'postern_accepted_total{stream="transactional"}')).toBe(1)
    expect(valueOf(text, 'postern_attempts_total{engine="noop",outcome="captured"}')).toBe(1)
    expect(valueOf(text, 'postern_deliver_seconds_count{engine="noop"}')).toBe(1)
    expect(valueOf(text, 'postern_wait_seconds_count')).toBe(1)
    expect(valueOf(text, 'postern_accept_seconds_count')).toBe(1)
    const asked = 'postern_http_requests_total{method="POST",route="/emails",status="2xx"}'
    expect(valueOf(text, asked)).toBe(1)
    expect(valueOf(text, 'postern_mailer_valid')).toBe(1)
  })

  it('shows an engine that refuses, and what waits for it', async () => {
    const server = await startSmtpServer()
    onTestFinished(() => server.close())
    server.script = { mail: { say: '530 5.7.0 Authentication required' } }
    const smtp = { host: '127.0.0.1', port: server.port, security: 'none' }
    const settings = { engine: 'smtp', smtp, from: { address: 'no-reply@own.org' } }
    const postern = await start({ POSTERN_DEFAULTS: JSON.stringify(settings) })
    await postern.send()
    await expect.poll(async () => valueOf(await postern.scrape(), 'postern_paused_engines')).toBe(1)
    const text = await postern.scrape()
    expect(valueOf(text, 'postern_engine_blocked_total')).toBe(1)
    expect(valueOf(text, 'postern_queue_waiting')).toBe(1)
    expect(valueOf(text, 'postern_mailer_valid')).toBe(0)
  })

  it('counts what became of emails, and what webhooks were told', async () => {
    const postern = await start({ POSTERN_WEBHOOKS_PRIVATE: 'on' })
    const endpoint = `${new URL(postern.metricsUrl!).origin}/nowhere`
    await fetch(`${postern.url}/webhooks`, {
      method: 'POST',
      body: JSON.stringify({ endpoint, events: ['email.bounced'] }),
    })
    await postern.send({ ...email, to: 'bounced@simulator.postern.test' })
    const told = 'postern_told_total{event="email.bounced",project="default"}'
    await expect.poll(async () => valueOf(await postern.scrape(), told)).toBe(1)
    const again = 'postern_notices_total{state="waiting"}'
    await expect.poll(async () => valueOf(await postern.scrape(), again)).toBe(1)
  })

  it('answers what was counted when it cannot look at the rest, and says so', async () => {
    const postern = await start()
    await postern.send()
    expect(valueOf(await postern.scrape(), 'postern_gauges_stale')).toBe(0)
    const failing = vi.spyOn(postern.postern.queue, 'depth').mockRejectedValue(new Error('disk'))
    onTestFinished(() => failing.mockRestore())
    await expect.poll(async () => valueOf(await postern.scrape(), 'postern_gauges_stale')).toBe(1)
    const accepted = 'postern_accepted_total{stream="transactional"}'
    expect(valueOf(await postern.scrape(), accepted)).toBe(1)
  })

  it('has every metric of AWS under the name that the one rule makes of it', async () => {
    const names = namesIn(await (await start()).scrape())
    for (const name of Object.values(metricNames)) {
      const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      expect([`postern${snake}`, `postern${snake}_total`].filter((one) => names.has(one))).toEqual([
        expect.any(String),
      ])
    }
  })

  it('takes a key of all projects on the HTTP port, and is nowhere unless it is asked for', async () => {
    const open = await start({ POSTERN_METRICS: 'on', POSTERN_HOSTS: 'mail.own.test' })
    const made = await open.postern.keys.list('*')
    expect(made).toHaveLength(1)
    const ask = (key: string) =>
      fetch(`${open.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
    expect((await ask('re_unknown')).status).toBe(403)
    expect((await fetch(`${open.url}/metrics`)).status).toBe(401)
    const key = readFileSync(join(open.directory, 'first-key'), 'utf8').trim()
    expect(await (await ask(key)).text()).toContain('\npostern_accepted_total{')
    const create = (body: object) =>
      fetch(`${open.url}/api-keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'x-postern-project': 'default' },
        body: JSON.stringify({ name: 'a', ...body }),
      }).then((answer) => answer.json() as Promise<{ token: string }>)
    expect((await ask((await create({ permission: 'sending_access' })).token)).status).toBe(401)
    expect((await ask((await create({ permission: 'full_access' })).token)).status).toBe(403)
    const off = await startHere()
    onTestFinished(() => off.stop())
    expect(off.metricsUrl).toBeUndefined()
    expect((await fetch(`${off.url}/metrics`)).status).toBe(404)
  })

  it('names the variable when its port is in use', async () => {
    const first = await start()
    const { port } = new URL(first.metricsUrl!)
    await expect(start({ POSTERN_METRICS_PORT: port })).rejects.toThrow(
      `port ${port} is in use: another Postern, or set POSTERN_METRICS_PORT`,
    )
    await expect(start({ POSTERN_METRICS_HOST: '203.0.113.1' })).rejects.toThrow(
      'cannot listen on 203.0.113.1 (EADDRNOTAVAIL): set POSTERN_METRICS_HOST',
    )
  })
})

function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!))
}
