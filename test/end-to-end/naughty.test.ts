import { createTransport } from 'nodemailer'
import { expect, it } from 'vitest'
import { startHere } from '../cli/run-command.ts'
import strings from '../data/naughty-strings.json' with { type: 'json' }
import { mimeTorture } from './mime-torture.ts'

type Running = Awaited<ReturnType<typeof startHere>>

/** What a terminal would obey, and what lets a reader see another text than there is. */
const escapes = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/

async function answered(url: string, init?: RequestInit): Promise<string> {
  const since = performance.now()
  const answer = await fetch(url, init)
  const text = await answer.text()
  expect(answer.status, `${url} ${text}`).toBeLessThan(500)
  // A second at most on a machine with nothing else to do.
  expect(performance.now() - since).toBeLessThan(20_000)
  return text
}

function post({ url }: Running, path: string, body: object): Promise<string> {
  return answered(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
}

const plain = { from: 'a@example.com', to: 'b@example.com', subject: 'x', text: 'x' }
const sendGrid = {
  from: { email: 'a@example.com' },
  personalizations: [{ to: [{ email: 'b@example.com' }] }],
  subject: 'x',
  content: [{ type: 'text/plain', value: 'x' }],
}

/** One text in every place of an email that takes one: alone, so that no other fault hides it. */
function emailsWith(text: string): readonly [path: string, change: object][] {
  const file = { filename: text, content: 'aGk=', content_type: text, content_id: text }
  const person = { email: 'b@example.com', name: text }
  return [
    ...['from', 'to', 'cc', 'bcc', 'reply_to', 'subject', 'text', 'html', 'scheduled_at'].map(
      (field): [string, object] => ['/emails', { ...plain, [field]: text }],
    ),
    ['/emails', { ...plain, from: `${text} <a@example.com>` }],
    ['/emails', { ...plain, headers: { 'X-A': text } }],
    ['/emails', { ...plain, headers: { [text]: 'a' } }],
    ['/emails', { ...plain, tags: [{ name: 'a', value: text }] }],
    ['/emails', { ...plain, attachments: [{ ...file, content_type: 'text/plain' }] }],
    ['/emails', { ...plain, attachments: [{ ...file, filename: 'a' }] }],
    ['/v3/mail/send', { ...sendGrid, subject: text, categories: [text] }],
    ['/v3/mail/send', { ...sendGrid, from: { email: text, name: text } }],
    ['/v3/mail/send', { ...sendGrid, personalizations: [{ to: [person], subject: text }] }],
    ['/v3/mail/send', { ...sendGrid, content: [{ type: 'text/html', value: text }] }],
    ['/v3/mail/send', { ...sendGrid, headers: { 'X-A': text }, custom_args: { a: text } }],
    ['/v3/mail/send', { ...sendGrid, attachments: [{ ...file, type: text }] }],
  ]
}

/** Over SMTP everything is one text: as it is in each field, and in the body. */
function rawWith(text: string): Buffer {
  const fields = ['From', 'To', 'Cc', 'Reply-To', 'Subject', 'X-A', 'Content-Type', 'Date']
  return Buffer.from(`${fields.map((name) => `${name}: ${text}\r\n`).join('')}\r\n${text}`)
}

async function submitAll({ smtp }: Running, emails: readonly Buffer[]) {
  if ('off' in smtp) throw new Error(smtp.off)
  const transport = createTransport(smtp.url)
  const envelope = { from: 'a@example.com', to: ['b@example.com'] }
  for (const raw of emails) {
    const said = await transport.sendMail({ envelope, raw }).catch((error: unknown) => error)
    const { responseCode = 250 } = said as { responseCode?: number }
    // Refused for what it is, never for trouble of ours.
    expect(responseCode === 250 || responseCode >= 550, String(said)).toBe(true)
  }
  transport.close()
}

/** Every capture as API, console and command line show it. */
async function lookAtAll(postern: Running): Promise<number> {
  const list = JSON.parse(await answered(`${postern.url}/v1/captures?limit=100&wait=10`)) as {
    data: { id: string }[]
  }
  const printed = [await postern.run('captures', 'list', '--limit', '100')]
  for (const [n, { id }] of list.data.entries()) {
    for (const part of ['', '/html', '/raw', '/attachments/0', '/emails/0'])
      await answered(`${postern.url}/v1/captures/${id}${part}`)
    printed.push(await postern.run('captures', 'show', id))
    if (n % 10 === 0) printed.push(await postern.run('captures', 'show', id, '--json'))
  }
  for (const { code, out, err } of printed) {
    expect(code).toBe(0)
    expect(escapes.exec(out + err)).toBeNull()
  }
  await answered(`${postern.url}/v1/captures`, { method: 'DELETE' })
  return list.data.length
}

it('takes or refuses naughty strings in every field of all doors, and shows them as text', async () => {
  const postern = await startHere({ smtpPort: 0 })
  let seen = 0
  for (let at = 0; at < strings.length; at += 4) {
    const some = strings.slice(at, at + 4)
    for (const text of some)
      for (const [path, body] of emailsWith(text)) await post(postern, path, body)
    await submitAll(postern, some.map(rawWith))
    seen += await lookAtAll(postern)
  }
  expect(seen).toBeGreaterThan(500)
  expect(postern.log()).not.toContain('"level":"error"')
  await postern.stop()
}, 300_000)

it('shows tortured MIME that came by SMTP', async () => {
  const postern = await startHere({ smtpPort: 0 })
  await submitAll(postern, mimeTorture)
  expect(await lookAtAll(postern)).toBeGreaterThan(mimeTorture.length / 2)
  expect(postern.log()).not.toContain('"level":"error"')
  await postern.stop()
}, 120_000)
