import { once } from 'node:events'
import { connect } from 'node:net'
import nodemailer from 'nodemailer'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lineWriter, logFormats, logLevels, openLog, type LogOptions } from '../../machine/log.ts'
import { startHere } from '../cli/run-command.ts'
import { virtualClock } from '../virtual-clock.ts'

function writing(options: Partial<LogOptions> = {}) {
  const lines: string[] = []
  const write = (text: string) => void lines.push(text)
  return { lines, options: { write, clock: virtualClock(), ...options } }
}

const hostile = 'a "b"\n2026-01-01T00:00:00.000Z ERROR engine blocked \u001b[2J'

describe('the log', () => {
  it.each(logLevels)('tells at %s what is at least that', (level) => {
    const { lines, options } = writing({ level })
    const log = openLog(options)
    for (const one of logLevels) log({ level: one, what: 'said' })
    const told = lines.map((line) => (JSON.parse(line) as { level: string }).level)
    expect(told).toEqual(logLevels.slice(0, logLevels.indexOf(level) + 1))
  })

  it('is lines of JSON: time, level, what happened, then the facts', () => {
    const { lines, options } = writing()
    openLog(options)({ level: 'warn', what: 'email held', id: 'x', none: undefined, n: 2 })
    expect(lines).toEqual([
      '{"time":"2026-01-01T00:00:00.000Z","level":"warn","what":"email held","id":"x","n":2}\n',
    ])
  })

  it('is the same as text where a person reads it', () => {
    const { lines, options } = writing({ format: 'text' })
    const facts = { engine: 'smtp', reason: '535 no', none: undefined, n: 2 }
    openLog(options)({ level: 'error', what: 'engine blocked', ...facts })
    expect(lines).toEqual([
      '2026-01-01T00:00:00.000Z ERROR engine blocked engine=smtp reason="535 no" n=2\n',
    ])
  })

  it.each(logFormats)('as %s is one line, whatever a server said', (format) => {
    const { lines, options } = writing({ format })
    lineWriter(options)({ level: 'info', what: 'said', reason: hostile })
    expect(lines.join('')).toMatch(/^[^\u0000-\u001f]+\n$/)
  })

  it('names the variable that is wrong', async () => {
    const env = { POSTERN_LOG_LEVEL: 'loud', POSTERN_LOG_FORMAT: 'xml', POSTERN_ACCESS_LOG: 'yes' }
    await expect(startHere({ env })).rejects.toThrow(
      [
        'POSTERN_LOG_LEVEL must be one of error, warn, info, debug',
        'POSTERN_LOG_FORMAT must be one of json, text',
        'POSTERN_ACCESS_LOG must be on or off',
      ].join('\n'),
    )
  })
})

async function start(env: Record<string, string>) {
  const postern = await startHere({ env: { POSTERN_SMTP_PORT: 'off', ...env } })
  onTestFinished(() => postern.stop())
  const told = (what: string) =>
    postern
      .log()
      .split('\n')
      .filter((line) => line.includes(`"what":"${what}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { ...postern, told }
}

const email = { from: 'me@own.test', to: 'secret@there.test', subject: 'Hello', text: 'Hush.' }

describe('the log of attempts', () => {
  it('is told at debug, by id, engine and outcome', async () => {
    const postern = await start({ POSTERN_LOG_LEVEL: 'debug' })
    await fetch(`${postern.url}/emails`, { method: 'POST', body: JSON.stringify(email) })
    await expect
      .poll(() => postern.told('attempt'))
      .toMatchObject([
        { level: 'debug', state: 'captured', tries: [{ engine: 'noop', outcome: 'captured' }] },
      ])
    expect(postern.log()).not.toContain('there.test')
  })
})

describe('the access log', () => {
  const withSmtp = { POSTERN_ACCESS_LOG: 'on', POSTERN_SMTP_PORT: '0', POSTERN_SMTPS_PORT: 'off' }

  it('has a line for each request, by route, without anything that a caller wrote', async () => {
    const postern = await start({ POSTERN_ACCESS_LOG: 'on' })
    const ask = (path: string, init?: RequestInit) =>
      fetch(`${postern.url}${path}`, init).then((answer) => answer.arrayBuffer())
    await ask('/emails', { method: 'POST', body: JSON.stringify(email) })
    await ask('/v1/emails/secret@there.test?q=secret@there.test')
    await ask('/secret@there.test', { headers: { authorization: 'Bearer re_secret' } })
    await ask('/v1/settings', { method: 'DELETE' })
    await expect.poll(() => postern.told('request')).toHaveLength(4)
    expect(postern.told('request')).toMatchObject([
      { method: 'POST', route: '/emails', status: 200, key: 'local', project: 'default' },
      { method: 'GET', route: '/v1/emails/:id', status: 422 },
      { method: 'none', route: 'none', status: 404 },
      { status: 405 },
    ])
    for (const line of postern.told('request')) {
      expect(line).toMatchObject({ level: 'info', ms: expect.any(Number) as number })
      expect(line['bytes']).toBeGreaterThan(20)
    }
    expect(postern.log()).not.toMatch(/secret|there\.test|re_/)
  })

  it('says of an answer that its caller did not wait for it', async () => {
    const postern = await start({ POSTERN_ACCESS_LOG: 'on' })
    const { port, host } = new URL(postern.url)
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`GET /v1/captures?wait=20 HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    // By then the request before it was read.
    await fetch(`${postern.url}/livez`)
    socket.destroy()
    await once(socket, 'close')
    await fetch(`${postern.url}/emails`, { method: 'POST', body: JSON.stringify(email) })
    await expect.poll(() => postern.told('request')).toHaveLength(3)
    expect(postern.told('request').find(({ route }) => route === '/v1/captures')).toMatchObject({
      cut: true,
    })
  })

  it('has a line for each SMTP session, by the key that logged in, without an address', async () => {
    const postern = await start({ ...withSmtp, POSTERN_TLS_SELF_SIGNED: 'on' })
    const key = await fetch(`${postern.url}/api-keys`, { method: 'POST', body: '{"name":"app"}' })
    const { id, token } = (await key.json()) as { id: string; token: string }
    const send = async (pass: string, to: string) => {
      const { hostname: host, port } = new URL((postern.smtp as { url: string }).url)
      const transport = nodemailer.createTransport({
        ...{ host, port: Number(port), tls: { rejectUnauthorized: false } },
        auth: { user: 'secret', pass },
      })
      await transport
        .sendMail({ from: 'secret@own.test', to, text: 'secret' })
        .catch(() => undefined)
      transport.close()
    }
    await send(token, 'secret@there.test')
    await send('re_secret', 'secret@there.test')
    await expect.poll(() => postern.told('SMTP session')).toHaveLength(2)
    const session = expect.stringMatching(/^\w+$/) as string
    const ms = expect.any(Number) as number
    const usual = { session, peer: '127.0.0.1', tls: 'TLSv1.3', ms, door: 'submission' }
    expect(postern.told('SMTP session')).toMatchObject([
      { ...usual, level: 'info', key: id, accepted: 1, refused: 0 },
      { ...usual, accepted: 0, refused: 1, code: 535 },
    ])
    expect(postern.told('SMTP session').at(-1)).not.toHaveProperty('key')
    expect(postern.log()).not.toMatch(/secret|there\.test|re_/)
  })

  it('says of a session without TLS and login what was refused last', async () => {
    const postern = await start(withSmtp)
    const { port } = new URL((postern.smtp as { url: string }).url)
    const socket = connect(Number(port), '127.0.0.1')
    const said = socket[Symbol.asyncIterator]()
    for (const line of ['EHLO x', 'MAIL FROM:<a@own.test>', 'RCPT TO:<b@c..test>', 'RCPT TO:<d@e>'])
      await said.next().then(() => socket.write(`${line}\r\n`))
    await said.next()
    socket.destroy()
    await expect.poll(() => postern.told('SMTP session')).toHaveLength(1)
    const [line] = postern.told('SMTP session')
    expect(line).toMatchObject({ tls: false, accepted: 0, refused: 1, code: 553 })
  })

  it('is off unless it is asked for', async () => {
    const postern = await start({})
    await fetch(`${postern.url}/livez`)
    await fetch(`${postern.url}/livez`)
    expect(postern.told('request')).toEqual([])
  })
})
