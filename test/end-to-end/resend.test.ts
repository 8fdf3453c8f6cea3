import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime, { type Attachment, type Email } from 'postal-mime'
import { Resend, type CreateEmailOptions } from 'resend'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startPostern } from '../../machine/start.ts'
import { hosts } from './hosts.ts'
import { testResendSdk } from './resend-suite.ts'
import { resendVersions } from './resend-versions.ts'

for (const { name, open } of hosts)
  for (const version of resendVersions) testResendSdk(name, open, version)

async function running(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-resend-'))
  const postern = await startPostern({ directory, port: 0, env: {} })
  onTestFinished(async () => {
    await postern.stop()
    rmSync(directory, { recursive: true })
  })
  return postern.url
}

interface Captured {
  readonly id: string
  readonly from: string
  readonly to: readonly string[]
}

/** Waits for the capture as an application's end-to-end test does. */
async function captureFor(url: string, to: string): Promise<{ capture: Captured; email: Email }> {
  const answer = await fetch(`${url}/v1/captures?wait=20&to=${encodeURIComponent(to)}`)
  const { data } = (await answer.json()) as { data: Captured[] }
  const capture = data[0]!
  const raw = await fetch(`${url}/v1/captures/${capture.id}/raw`)
  return { capture, email: await PostalMime.parse(await raw.arrayBuffer()) }
}

function bytesOf({ content }: Attachment): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content))
}

const report = randomBytes(3_000_000)
const logo = randomBytes(5_000)
const [to, cc, bcc] = [
  Array.from({ length: 40 }, (_, i) => `to${i}@example.com`),
  Array.from({ length: 5 }, (_, i) => `Cc ${i} <cc${i}@example.com>`),
  Array.from({ length: 5 }, (_, i) => `hidden${i}@example.com`),
]

const everything = {
  from: '"Acmé, Inc." <sender@acme.test>',
  to,
  cc,
  bcc,
  replyTo: ['help@acme.test', 'Second <second@acme.test>'],
  subject: 'Your réport — 2026',
  html: '<p>Here it is: <img src="cid:logo"> 💌</p>\n<p>.\n.leading dot</p>',
  text: 'Here it is 💌\n.\n.leading dot\nFrom here on',
  headers: { 'X-Entity-Ref-ID': '1234', 'List-Unsubscribe': '<https://acme.test/u>' },
  tags: [{ name: 'category', value: 'report' }],
  attachments: [
    { filename: 'réport.pdf', content: report, contentType: 'application/pdf' },
    { filename: 'logo.png', content: logo, contentType: 'image/png', contentId: 'logo' },
  ],
} satisfies CreateEmailOptions

describe("an email through Resend's own SDK with only the base URL changed", () => {
  it('to 50 recipients is captured with every part byte for byte', async () => {
    const url = await running()
    const resend = new Resend('re_anything', { baseUrl: url })
    const { data, error } = await resend.emails.send(everything)
    expect(error).toBeNull()
    const { capture, email } = await captureFor(url, 'hidden3@example.com')
    expect(capture.id).toBe(data!.id)
    expectEverything(email)

    const names = (list: readonly string[]) => list.map((one) => one.replace(/^.*<|>$/g, ''))
    expect([...capture.to].sort()).toEqual(names([...to, ...cc, ...bcc]).sort())
    expect(capture.from).toBe('sender@acme.test')
    expect(JSON.stringify(email.headers)).not.toMatch(/hidden|bcc/i)

    const { data: shown } = await resend.emails.get(data!.id)
    expect(shown).toMatchObject({ last_event: 'sent', bcc, tags: everything.tags })
  })

  it('of an older SDK, whose Buffers arrive as lists of numbers, is the same', async () => {
    const url = await running()
    const { replyTo, attachments, ...rest } = everything
    const wire = attachments.map(({ contentType, contentId, ...file }) => {
      return { ...file, content_type: contentType, content_id: contentId }
    })
    // JSON.stringify makes {"type":"Buffer","data":[...]} of a Buffer, as SDKs up to 6.34 did.
    const body = JSON.stringify({ ...rest, reply_to: replyTo, attachments: wire })
    expect(body).toContain('"type":"Buffer"')
    const answer = await fetch(`${url}/emails`, { method: 'POST', body })
    expect(answer.status).toBe(200)
    expectEverything((await captureFor(url, 'to0@example.com')).email)
  })

  it('is shown by /v1/captures with its links, code and files', async () => {
    const url = await running()
    const resend = new Resend('re_anything', { baseUrl: url })
    await resend.emails.send({
      from: 'sender@acme.test',
      to: 'login@example.com',
      subject: 'Your login code',
      html: '<p>Your code is <b>481516</b></p><a href="https://acme.test/login?t=1">Log in</a>',
    })
    const { capture } = await captureFor(url, 'login@example.com')
    const view: unknown = await (await fetch(`${url}/v1/captures/${capture.id}`)).json()
    expect(view).toMatchObject({
      codes: ['481516'],
      links: ['https://acme.test/login?t=1'],
      attachments: [],
      malformed: null,
    })
  })
})

function expectEverything(email: Email) {
  expect(email.from).toEqual({ name: 'Acmé, Inc.', address: 'sender@acme.test' })
  expect(email.to!.map(({ address }) => address)).toEqual(to)
  expect(email.cc!.map(({ name, address }) => `${name} <${address}>`)).toEqual(cc)
  expect(email.replyTo!.map(({ address }) => address)).toEqual([
    'help@acme.test',
    'second@acme.test',
  ])
  expect(email.subject).toBe(everything.subject)
  expect(email.html!.trimEnd()).toBe(everything.html)
  expect(email.text!.trimEnd()).toBe(everything.text)
  const header = (name: string) => email.headers.find(({ key }) => key === name)?.value
  expect(header('x-entity-ref-id')).toBe('1234')
  expect(header('list-unsubscribe')).toBe('<https://acme.test/u>')
  const file = (type: string) => email.attachments.find(({ mimeType }) => mimeType === type)!
  expect(file('application/pdf').filename).toBe('réport.pdf')
  expect(bytesOf(file('application/pdf')).equals(report)).toBe(true)
  expect(file('image/png')).toMatchObject({ contentId: '<logo>', disposition: 'inline' })
  expect(bytesOf(file('image/png')).equals(logo)).toBe(true)
}
