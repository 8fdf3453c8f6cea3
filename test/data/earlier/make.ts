import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import nodemailer from 'nodemailer'
import { SMTPServer } from 'smtp-server'

/*
 * Makes a data directory as an earlier version leaves it when it is killed: emails in every state,
 * captures, keys, a paused batch, idempotency entries, an upload. Run with Node 24:
 *
 *     node test/data/earlier/make.ts CHECKOUT NAME
 *
 * CHECKOUT is a checkout of that version with its packages installed; NAME.json holds the result.
 */

const [checkout, name] = process.argv.slice(2) as [string, string]
const [port, smtpPort] = [18_425, 18_426]
const base = `http://127.0.0.1:${port}`
const directory = mkdtempSync(join(tmpdir(), 'earlier-'))

/** Does with each recipient what its local part says. */
function relay(): Promise<SMTPServer> {
  const server = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    onRcptTo({ address }, _session, done) {
      const error = (code: number) => Object.assign(new Error('as asked'), { responseCode: code })
      if (address.startsWith('refused')) return done(error(550))
      done(address.startsWith('later') ? error(451) : null)
    },
    onData(stream, { envelope }, done) {
      stream.resume()
      const to = envelope.rcptTo.map(({ address }) => address).join()
      stream.on('end', () => {
        if (to.includes('hanging')) return
        if (to.includes('doubtful')) for (const one of server.connections) one.close()
        else done()
      })
    },
  })
  server.on('error', () => undefined)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function start(): ChildProcess {
  const env = { ...process.env, POSTERN_DATA: directory, POSTERN_PORT: `${port}` }
  const variables = { ...env, POSTERN_SMTP_PORT: `${smtpPort}` }
  return spawn(process.execPath, [join(checkout, 'bin/postern.ts'), 'start'], {
    env: variables,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

let key = 're_any'

async function ask<Answer = { id: string }>(
  path: string,
  body?: unknown,
  { method = body === undefined ? 'GET' : 'POST', ...headers }: Record<string, string> = {},
): Promise<Answer> {
  const bytes = body instanceof Uint8Array ? body : body === undefined ? null : JSON.stringify(body)
  const answer = await fetch(new URL(path, base), {
    method,
    headers: { authorization: `Bearer ${key}`, ...headers },
    body: bytes as BodyInit | null,
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return { ...(text === '' ? {} : (JSON.parse(text) as object)), answer } as Answer
}

async function until(what: string, isSo: () => Promise<boolean>) {
  for (let tries = 0; tries < 1_200; tries++) {
    if (await isSo().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`it never came to this: ${what}`)
}

const stateOf = async (id: string) => (await ask<{ state: string }>(`/v1/emails/${id}`)).state

/** Sends one and waits for what becomes of it; a word names it in the fixture. */
async function email(role: string, to: string | string[], change: object = {}, state = role) {
  const body = { ...letter, to, subject: `The ${role} one`, ...change }
  const idempotencyKey = `make-${role}`
  const { id } = await ask('/emails', body, { 'idempotency-key': idempotencyKey })
  await until(`${role}: ${state}`, async () => (await stateOf(id)) === state)
  return { role, id, state, idempotencyKey, body: packed(Buffer.from(JSON.stringify(body))) }
}

const letter = { from: 'Ann <ann@caller.test>', html: '<p>Grüße, code 481516</p>', text: 'Grüße' }

/** More than a job carries with it. */
const large = {
  filename: 'large.txt',
  content: Buffer.from('0123456789'.repeat(40_000)).toString('base64'),
}
const file = { filename: 'a.bin', content: Buffer.from([0, 1, 254, 255]).toString('base64') }

async function save(settings: object, secrets?: object) {
  const { version } = await ask<{ version: string }>('/v1/settings')
  const body = { settings, version, force: true, ...(secrets && { secrets }) }
  await ask('/v1/settings', body, { method: 'PUT' })
}

/** Everything once, in an order in which nothing is in the way of what comes after it. */
async function fill(relayPort: number) {
  const emails = [await email('captured', 'captured@there.test', { attachments: [file] })]
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort })
  const raw = { from: 'ann@caller.test', to: 'raw@there.test', text: 'Grüße' }
  await transport.sendMail({ ...raw, subject: 'By SMTP' })
  key = (await ask<Key>('/api-keys', { name: 'first' })).token
  const app = { permission: 'sending_access', domain: 'caller.test', capture: true }
  const limited = await ask<Key>('/api-keys', { name: 'app', ...app })
  await save(
    {
      engine: 'smtp',
      from: { address: 'no-reply@own.test', name: 'Own' },
      smtp: { host: '127.0.0.1', port: relayPort, security: 'none', username: 'postern' },
      delivery: { onAmbiguous: 'hold' },
      safety: { allow: ['@there.test'], otherwise: 'drop' },
      senderDomains: ['caller.test'],
    },
    { 'smtp.password': 'hunter2' },
  )
  emails.push(
    await email('sent', ['sent@there.test', 'sent+2@there.test'], { cc: 'cc@there.test' }),
    await email('failed', 'refused@there.test'),
    await email('discarded', 'else@where.test'),
    await email('held', 'doubtful@there.test', { attachments: [large] }),
    await email('scheduled', 'scheduled@there.test', { scheduled_at: inDays(2) }),
    await email('canceled', 'canceled@there.test', { scheduled_at: inDays(1) }, 'scheduled'),
  )
  const canceled = emails.at(-1)!
  await ask(`/emails/${canceled.id}/cancel`, {})
  emails[emails.length - 1] = { ...canceled, state: 'canceled' }
  const wish = { filename: 'a.bin', size: 4, content_type: 'application/octet-stream' }
  const upload = await ask<{ id: string; url: string }>('/v1/uploads', wish)
  await ask(upload.url, Buffer.from(file.content, 'base64'), { method: 'PUT' })
  const group = await paused()
  emails.push(
    await email('deferred', 'later@there.test', {}, 'queued'),
    await email('sending', 'hanging@there.test', { attachments: [large] }),
  )
  return { key, limited: limited.token, upload: upload.id, group, emails }
}

interface Key {
  readonly id: string
  readonly token: string
}

/** An email by SendGrid's door that waits in a batch which is paused. */
async function paused() {
  const { batch_id } = await ask<{ batch_id: string }>('/v3/mail/batch', {})
  const { answer } = await ask<{ answer: Response }>('/v3/mail/send', {
    from: { email: 'ann@caller.test' },
    personalizations: [{ to: [{ email: 'batched@there.test' }] }],
    subject: 'The batched one',
    content: [{ type: 'text/plain', value: 'Hi' }],
    send_at: Math.floor(Date.now() / 1_000) + 86_400,
    batch_id,
  })
  await ask('/v3/user/scheduled_sends', { batch_id, status: 'pause' })
  return { batch: batch_id, id: answer.headers.get('x-message-id') }
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString()
}

/** The database as the killed process left it, without its journal, and every other file. */
function keep() {
  const path = join(directory, 'postern.sqlite')
  const db = new DatabaseSync(path)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA journal_mode = DELETE')
  db.close()
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const files = names.filter((one) => statSync(join(directory, one)).isFile())
  return Object.fromEntries(files.map((one) => [one, packed(readFileSync(join(directory, one)))]))
}

function packed(bytes: Buffer): string {
  return gzipSync(bytes).toString('base64')
}

const server = await relay()
const postern = start()
await until('it is up', async () => (await fetch(`${base}/v1/health`)).ok)
const { port: relayPort } = server.server.address() as AddressInfo
const made = await fill(relayPort).finally(() => postern.kill('SIGKILL'))
await once(postern, 'exit')
const path = new URL(`${name}.json`, import.meta.url)
writeFileSync(path, `${JSON.stringify({ at: Date.now(), ...made, files: keep() }, null, 1)}\n`)
process.exit()
