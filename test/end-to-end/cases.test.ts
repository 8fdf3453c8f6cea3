import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startPostern, type RunningPostern } from '../../machine/start.ts'
import { virtualClock } from '../virtual-clock.ts'

/*
 * Small inputs from trials with real clients and from public bug reports, each through its own door
 * of a running Postern, and what is captured of it.
 */

interface View {
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string | null
  readonly header_from: readonly { readonly name: string; readonly address: string }[]
  readonly header_to: readonly { readonly name: string; readonly address: string }[]
  readonly codes: readonly string[]
  readonly links: readonly string[]
  readonly attachments: readonly { readonly filename: string; readonly content_type: string }[]
}

interface Taken {
  readonly id: string
  readonly view: View
  /** One character a byte. */
  readonly raw: string
}

const folder = join(import.meta.dirname, '../data/cases')
const clock = virtualClock()
const directory = mkdtempSync(join(tmpdir(), 'postern-cases-'))
let postern: RunningPostern
beforeAll(async () => {
  postern = await startPostern({ directory, port: 0, env: {}, clock })
})
afterAll(async () => {
  await postern.stop()
  rmSync(directory, { recursive: true })
})

const bytesOf = (name: string) => readFileSync(join(folder, name))
const bodyOf = (name: string) => JSON.parse(bytesOf(name).toString()) as Record<string, unknown>

async function post(body: unknown): Promise<{ id: string; message: string }> {
  const answer = await fetch(`${postern.url}/emails`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  return (await answer.json()) as { id: string; message: string }
}

async function submit(raw: Buffer, from: string): Promise<string> {
  if ('off' in postern.smtp) throw new Error(postern.smtp.off)
  const transport = nodemailer.createTransport(postern.smtp.url)
  const envelope = { from, to: ['you@example.com', 'hidden@example.com'] }
  const { response } = await transport.sendMail({ envelope, raw })
  transport.close()
  return /accepted (\S+)$/.exec(response)![1]!
}

async function captured(id: string): Promise<Taken> {
  const read = (path = '') => fetch(`${postern.url}/v1/captures/${id}${path}`)
  await vi.waitFor(async () => expect((await read()).status).toBe(200), 20_000)
  const raw = Buffer.from(await (await read('/raw')).arrayBuffer()).toString('latin1')
  return { id, view: (await (await read()).json()) as View, raw }
}

async function taken(name: string): Promise<Taken> {
  const isJson = name.endsWith('.json')
  const from = name === 'null-sender.eml' ? '' : 'me@example.com'
  return captured(isJson ? (await post(bodyOf(name))).id : await submit(bytesOf(name), from))
}

const expectations: Readonly<Record<string, (taken: Taken) => unknown>> = {
  'address-at-localhost.json': ({ view }) => expect(view.to).toEqual(['admin@localhost']),
  'attached-email.json': ({ view, raw }) => {
    expect(view.attachments).toMatchObject([
      { filename: 'original.eml', content_type: 'message/rfc822' },
    ])
    // RFC 2046 section 5.2.1 allows no base64 around an email.
    expect(raw).toContain('Subject: a\r\n\r\nb\r\n')
  },
  'calendar-invitation.json': ({ raw }) => {
    expect(raw).toMatch(/multipart\/alternative/)
    expect(raw.replace(/\r\n[ \t]/g, ' ')).toMatch(
      /^Content-Type: text\/calendar;.*method=REQUEST/m,
    )
  },
  'code-only-in-html.eml': ({ view }) => expect(view.codes).toEqual(['481516']),
  'code-spellings.json': ({ view }) => expect(view.codes).toEqual(['481516']),
  'fields-given-twice.eml': ({ view, raw }) => {
    for (const name of ['To', 'Subject', 'Date'])
      expect(raw.match(new RegExp(`^${name}:`, 'gm'))).toHaveLength(1)
    expect(view.header_to.map(({ address }) => address)).toEqual([
      'you@example.com',
      'bob@example.com',
    ])
  },
  'forwarded-email-as-file.eml': async ({ id, view }) => {
    expect(view.text!.trim()).toBe('see the original')
    expect(view.attachments.map(({ content_type: type }) => type)).toContain('message/rfc822')
    expect(view.attachments.map(({ filename }) => filename)).toContain('log.txt')
    const inner = await fetch(`${postern.url}/v1/captures/${id}/emails/0`)
    expect(await inner.json()).toMatchObject({ subject: 'original', codes: ['481516'] })
  },
  'from-charset-unknown-to-us.eml': ({ view, raw }) => {
    expect(raw).toContain('From: =?cp932?B?h4qDVIOTg3aDiw==?= <me@example.com>\r\n')
    expect(view.header_from).toMatchObject([{ name: '㈱サンプル', address: 'me@example.com' }])
  },
  'from-iso-2022-jp.eml': ({ view, raw }) => {
    expect(raw).not.toContain('\xef\xbf\xbd')
    expect(view.header_from).toMatchObject([{ name: '株式会社サンプルカスタマーサポート' }])
  },
  'header-only-bcc.eml': ({ view, raw }) => {
    expect(raw).not.toMatch(/hidden/)
    expect([view.subject, view.text ?? '']).toEqual(['header only', ''])
  },
  'link-ends-in-underscore.json': ({ view }) =>
    expect(view.links).toEqual(['https://example.com/reset/abc_']),
  'message-id-folded.json': ({ raw }) => expect(raw).toMatch(/^Message-ID: <\S+>\r$/m),
  'message-id-header-over-http.json': ({ raw }) =>
    expect(raw).toContain('Message-ID: <ticket-42.1@desk.example.com>\r\n'),
  'message-id-of-the-application.eml': ({ id, raw }) => {
    expect(raw.match(/^message-id:.*$/gim)).toEqual(['Message-ID: <ticket-42.1@desk.example.com>'])
    expect(raw).toContain(`X-Postern-Id: ${id}\r\n`)
  },
  'missing-blank-line.eml': ({ view }) =>
    expect(view.text!.trim()).toBe(
      'disk of node01 is full\nplease look at it now\n\nsecond paragraph',
    ),
  'no-8bitmime.eml': ({ view }) => expect(view.text!.trim()).toBe('Grüße'),
  'null-sender.eml': async ({ id, raw }) => {
    expect(raw).toContain('From: Mail System <mailer@example.com>\r\n')
    expect(await postern.postern.emails.get(id, '*')).toMatchObject({ envelopeFrom: '' })
  },
  'one-mailbox-three-times.json': ({ view }) => expect(view.to).toHaveLength(1),
  'pdf-with-content-id.json': ({ raw }) =>
    expect(raw).toMatch(/^Content-Disposition: attachment; filename=invoice\.pdf\r$/m),
  'sendgrid-name-with-comma.json': ({ view }) =>
    expect(view.header_to).toEqual([{ name: 'Doe, Jane', address: 'jane@example.com' }]),
  'sendgrid-signed.eml': ({ raw }) => {
    const body = bytesOf('sendgrid-signed.eml').toString('latin1').replace(/\r?\n/g, '\r\n')
    expect(raw).toContain(body.slice(body.indexOf('\r\n\r\n')).trimEnd())
  },
  'text-from-table.json': ({ view }) =>
    expect(view.text).toMatch(/Subtotal\s+10\.00\n+Qty\s+2\n+Total\s+20\.00/),
  'utf-8-called-ascii.eml': ({ view }) => expect(view.text!.trim()).toBe('Sicherung für Größe ✓'),
}

describe('an input from a trial', () => {
  it.each(Object.entries(expectations))('%s is captured as it is meant', async (name, check) => {
    await check(await taken(name))
  })

  it('address-of-a-japanese-carrier.json is refused unquoted, and taken quoted', async () => {
    const body = bodyOf('address-of-a-japanese-carrier.json') as { to: string[] }
    expect((await post(body)).message).toMatch(/`to\.0`.*needs double quotes/)
    const { view } = await captured((await post({ ...body, to: body.to.slice(1) })).id)
    expect(view.to).toEqual(['"abc..def."@docomo.example'])
  })

  it('scheduled-date.json has the time of its sending as its Date', async () => {
    const due = clock.now() + 10_000
    const { id } = await post(bodyOf('scheduled-date.json'))
    await clock.advance(10_000)
    const { raw } = await captured(id)
    expect(Date.parse(/^Date: (.*)\r$/m.exec(raw)![1]!)).toBe(due)
  })

  it('is tried whatever it is', () => {
    const tried = ['address-of-a-japanese-carrier.json', 'scheduled-date.json']
    expect([...Object.keys(expectations), ...tried].sort()).toEqual(readdirSync(folder).sort())
  })
})
