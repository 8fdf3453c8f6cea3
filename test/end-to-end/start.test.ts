import { execFile } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Resend } from 'resend'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runProcess, startProcess } from '../cli/postern-process.ts'
import { startHere } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { virtualClock } from '../virtual-clock.ts'

const email = { from: 'me@own.test', to: 'you@there.test', subject: 'Hello', text: 'It works.' }

describe('postern start', () => {
  it('prints lines that send a first email and show it', async () => {
    const postern = await startProcess({ directory: temporaryDirectory() })
    const curl = /curl [^]*?}'/.exec(postern.printed)![0]
    const { stdout } = await promisify(execFile)('sh', ['-c', `${curl} --silent`])
    expect(JSON.parse(stdout)).toEqual({ id: expect.any(String) as string })

    const baseUrl = /RESEND_BASE_URL=(\S+)/.exec(postern.printed)![1]
    const resend = new Resend('re_any', { baseUrl })
    expect((await resend.emails.send(email)).error).toBeNull()

    const page = /http\S+captures/.exec(postern.printed)![0]
    expect(await get(`${page}?wait=20&to=you@there.test`)).toMatchObject({
      data: [{ subject: 'Hello', to: ['you@there.test'] }],
    })
    expect(postern.printed).toContain('captured, not sent')
  })

  it('finishes what it is sending on SIGTERM, and its outcome is on record', async () => {
    const directory = temporaryDirectory()
    const sink = await startSink({ dot: { wait: true, say: '250 2.0.0 Ok' } })
    const postern = await startProcess({ directory, env: relayTo(sink.port) })
    const inHand = new Promise<void>((resolve) => sink.events.once('wait', resolve))
    const { id } = await send(postern.url)
    await inHand
    postern.kill('SIGTERM')
    await refused(postern.url)
    sink.release()
    expect(await postern.exit).toMatchObject({ code: 0, signal: null, err: '' })

    const again = await startHere({ directory })
    expect(await get(`${again.url}/v1/emails/${id}`)).toMatchObject({ state: 'sent', attempts: 1 })
    await again.stop()
    expect(sink.emails).toHaveLength(1)
  })

  it('exits at once on a second signal', async () => {
    const sink = await startSink({ dot: {} })
    const env = relayTo(sink.port)
    const postern = await startProcess({ directory: temporaryDirectory(), env })
    const hangs = new Promise<void>((resolve) => sink.events.once('hang', resolve))
    await send(postern.url)
    await hangs
    const impatience = setInterval(() => postern.kill('SIGINT'), 100)
    onTestFinished(() => clearInterval(impatience))
    expect(await postern.exit).toMatchObject({ code: 130 })
  })

  it('says which port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    onTestFinished(() => void holder.close())
    const { port } = holder.address() as AddressInfo
    const directory = temporaryDirectory()
    const env = { POSTERN_PORT: String(port) }
    expect(await runProcess(['start'], { directory, env })).toMatchObject({
      code: 1,
      out: '',
      err: `postern: port ${port} is in use: another Postern, or set POSTERN_PORT\n`,
    })
  })

  it('leaves a data directory alone that another one uses', async () => {
    const first = await startHere()
    const second = await runProcess(['start'], first)
    expect(second).toMatchObject({ code: 1, out: '' })
    expect(second.err).toContain(`${first.directory} is in use by another process`)
    await first.stop()
    const third = await startProcess(first)
    expect(third.url).toMatch(/^http:/)
  })

  it('names every wrong variable and starts nothing', async () => {
    const directory = join(temporaryDirectory(), 'data')
    const env = {
      POSTERN_PORT: '80x',
      POSTERN_DEFAULTS: '{"smtp":{"port":"x"}}',
      POSTERN_KEEP: '3w',
      POSTERN_STOP_SECONDS: '-1',
    }
    const { code, out, err } = await runProcess(['start'], { directory, env })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    for (const name of Object.keys(env)) expect(err).toContain(name)
    expect(() => statSync(directory)).toThrow('ENOENT')
  })
})

describe('settings of a running Postern', () => {
  it('take effect within 15 s of the file being edited, without a restart', async () => {
    const { clock, postern, stop, directory } = await startVirtual()
    await postern.inForce.current()
    writeFileSync(join(directory, 'settings.json'), '{"noop":{"mode":"discard"}}')
    await clock.advance(15_000)
    const { settings } = await postern.inForce.current()
    expect(settings.noop.mode).toBe('discard')
    await stop()
  })

  it('stay the last good ones when the file is broken: health shows it, the log tells it once', async () => {
    const { clock, url, stop, directory, log } = await startVirtual({
      env: { POSTERN_DEFAULTS: '{"from":{"address":"first@own.test"}}' },
    })
    const file = join(directory, 'settings.json')
    writeFileSync(file, '{"from":{"address":"good@own.test"}}')
    expect(await get(`${url}/v1/settings`)).toMatchObject({ faults: [] })
    writeFileSync(file, '{"from":{"address":')
    for (let i = 0; i < 3; i++) {
      await clock.advance(15_000)
      expect(await get(`${url}/v1/health`)).toMatchObject({
        mailer: { valid: false, reason: expect.stringContaining('broken') as string },
        settings: { faults: [{ path: '(document)' }] },
      })
    }
    const { id } = await send(url, { ...email, from: undefined })
    expect(await get(`${url}/emails/${id}`)).toMatchObject({ from: 'good@own.test' })
    expect(log().split('\n').filter(Boolean)).toHaveLength(1)

    writeFileSync(file, '{"from":{"address":"mended@own.test"}}')
    await clock.advance(15_000)
    expect(await get(`${url}/v1/health`)).toMatchObject({ settings: { faults: [] } })
    expect(log()).toContain('settings repaired')
    await stop()
  })

  it('cannot change what is locked', async () => {
    const { url, stop } = await startHere({ env: { POSTERN_LOCKS: '{"engine":"noop"}' } })
    const { version } = await get<{ version: string }>(`${url}/v1/settings`)
    const body = JSON.stringify({ settings: { engine: 'smtp' }, version })
    const answer = await fetch(`${url}/v1/settings`, { method: 'PUT', body })
    expect(answer.status).toBe(422)
    await stop()
  })
})

describe('POSTERN_SECRETS_FILE', () => {
  it('is taken in where no secret is saved, and never over one that is', async () => {
    const directory = temporaryDirectory()
    const file = join(temporaryDirectory(), 'secrets')
    const env = { POSTERN_SECRETS_FILE: file }
    writeFileSync(file, '{"smtp.password":"first"}')
    const first = await startHere({ directory, env })
    await first.stop()
    writeFileSync(file, '{"smtp.password":"second","sendgrid.apiKey":"key"}')
    const second = await startHere({ directory, env })
    const { settings } = await second.postern.inForce.current()
    expect(await second.postern.settings.readSecrets(settings.secrets)).toEqual({
      'smtp.password': 'first',
      'sendgrid.apiKey': 'key',
    })
    await second.stop()
  })

  it.each([
    ['no file', undefined, /cannot be read \(ENOENT\)/],
    ['what is not JSON', 'smtp.password=hunter2', /must hold a JSON object/],
    ['a secret that there is not', '{"smtp.passwort":"hunter2"}', /unknown secret/],
  ])('refuses %s without quoting it', async (_what, text, rule) => {
    const directory = temporaryDirectory()
    const file = join(directory, 'secrets')
    if (text !== undefined) writeFileSync(file, text)
    const started = startHere({ directory, env: { POSTERN_SECRETS_FILE: file } })
    const error = await started.then(
      () => undefined,
      (reason: Error) => reason,
    )
    expect(error).toMatchObject({ exitCode: 2 })
    expect(error!.message).toMatch(rule)
    expect(error!.message).not.toContain('hunter2')
    await (await startHere({ directory })).stop()
  })
})

describe('who is let in', () => {
  it('on loopback every caller that uses its own name', async () => {
    const { url, stop } = await startHere()
    expect((await fetch(`${url}/v1/emails`)).status).toBe(200)
    expect(await statusFor(url, 'evil.test')).toBe(403)
    expect(await statusFor(url, 'localhost:1')).toBe(200)
    await stop()
  })

  it('no caller without a key once there is one, which is kept in a file for its owner alone', async () => {
    const directory = temporaryDirectory()
    const first = await startHere({ directory })
    const body = JSON.stringify({ name: 'as the SDK shows' })
    const made = await fetch(`${first.url}/api-keys`, { method: 'POST', body })
    const { id, token, warning } = (await made.json()) as Record<string, string>
    expect(warning).toMatch(/from now on Postern requires one.*file first-key.*data directory/)
    const file = join(directory, 'first-key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8').trim()).toBe(token)
    expect((await fetch(`${first.url}/v1/emails`)).status).toBe(401)
    await first.stop()

    // The way back: with the key from the file the last key is revoked, and none is needed again.
    const { url, stop } = await startHere({ directory })
    expect((await fetch(`${url}/v1/emails`)).status).toBe(401)
    const headers = { authorization: `Bearer ${readFileSync(file, 'utf8').trim()}` }
    await fetch(`${url}/api-keys/${id}`, { method: 'DELETE', headers })
    expect((await fetch(`${url}/v1/emails`)).status).toBe(200)
    await stop()
  })

  it('from elsewhere no caller without a key: the first one is in a file for its owner alone', async () => {
    const directory = temporaryDirectory()
    const first = await startHere({ directory, host: '0.0.0.0' })
    expect((await fetch(`${first.url}/v1/emails`)).status).toBe(401)
    const file = join(directory, 'first-key')
    const key = readFileSync(file, 'utf8').trim()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(first.log()).not.toContain(key)
    const authorization = `Bearer ${key}`
    const answer = await fetch(`${first.url}/v1/emails`, { headers: { authorization } })
    expect(answer.status).toBe(200)
    await first.stop()

    const shown: string[] = []
    const showKey = (token: string) => void shown.push(token)
    const second = await startHere({ directory, host: '0.0.0.0', showKey })
    expect(shown).toEqual([])
    await second.stop()
  })

  it('answers a request that is none in JSON', async () => {
    const { url, stop } = await startHere()
    const raw = await rawStatus(url, 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
    expect(raw).toMatch(/^HTTP\/1.1 400 [^]*content-type: application\/json[^]*"statusCode":400/i)
    await stop()
  })
})

async function startVirtual(options: Parameters<typeof startHere>[0] = {}) {
  const clock = virtualClock()
  return { clock, ...(await startHere({ clock, ...options })) }
}

async function startSink(script: Parameters<typeof startSmtpServer>[0]) {
  const sink = await startSmtpServer(script)
  onTestFinished(() => sink.close())
  return sink
}

function relayTo(port: number) {
  const smtp = { host: '127.0.0.1', port, security: 'none' }
  return { POSTERN_DEFAULTS: JSON.stringify({ engine: 'smtp', smtp }) }
}

async function send(url: string, body: object = email): Promise<{ id: string }> {
  const answer = await fetch(`${url}/emails`, { method: 'POST', body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return (await answer.json()) as { id: string }
}

async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  return (await answer.json()) as T
}

/** Resolves when nothing listens there any more. */
async function refused(url: string) {
  await expect
    .poll(() =>
      fetch(url).then(
        () => 'answered',
        () => 'refused',
      ),
    )
    .toBe('refused')
}

async function statusFor(url: string, host: string): Promise<number> {
  const request = `GET /v1/emails HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
  return Number(/^HTTP\/1.1 (\d+)/.exec(await rawStatus(url, request))![1])
}

/** Sends bytes as they are and reads to the end. */
async function rawStatus(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).end(bytes)
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}
