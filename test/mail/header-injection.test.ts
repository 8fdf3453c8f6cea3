import { readFileSync } from 'node:fs'
import PostalMime from 'postal-mime'
import { afterAll, describe, expect, it } from 'vitest'
import { readEmailRequest } from '../../mail/email-request.ts'
import { resolveSettings } from '../../mail/settings.ts'
import { bodyOf, headerOf, now, parcelOf, plainBody, settingsOf, wireFaults } from './composing.ts'

interface Attack {
  readonly fields: readonly string[]
  readonly separators: readonly { readonly name: string; readonly value: string }[]
  readonly tails: readonly string[]
}

// Not imported: it holds halves of surrogate pairs, which vite cannot turn into a module.
const attack = JSON.parse(
  readFileSync(new URL('../data/header-injection.json', import.meta.url), 'utf8'),
) as Attack

const quoted = (name: string) => `"${name.replace(/["\\]/g, '\\$&')}" <a@b.cd>`
const file = (part: object) => ({ attachments: [{ filename: 'a.txt', content: 'YQ==', ...part }] })

/** Where each field of an email request stands, and which field its faults must name. */
const places: Readonly<Record<string, [string, (value: string) => object]>> = {
  'from.name': ['from', (value) => ({ from: quoted(value) })],
  'from.address': ['from', (value) => ({ from: value })],
  'to.name': ['to', (value) => ({ to: quoted(value) })],
  'to.address': ['to', (value) => ({ to: [`${value}@b.cd`] })],
  'cc.address': ['cc', (value) => ({ cc: `a@b.cd${value}` })],
  'bcc.address': ['bcc', (value) => ({ bcc: [`a@b${value}.cd`] })],
  'replyTo.address': ['reply_to', (value) => ({ reply_to: `Ann <a@b.cd>${value}` })],
  subject: ['subject', (value) => ({ subject: value })],
  'headers key': ['headers', (value) => ({ headers: { [value]: 'value' } })],
  'headers value': ['headers', (value) => ({ headers: { 'X-A': value } })],
  inReplyTo: ['headers', (value) => ({ headers: { 'In-Reply-To': value } })],
  references: ['headers', (value) => ({ headers: { References: `<a@b.cd> ${value}` } })],
  'attachment.filename': ['attachments', (value) => file({ filename: value })],
  'attachment.contentType': ['attachments', (value) => file({ content_type: `text/plain${value}` })],
  'attachment.cid': ['attachments', (value) => file({ content_id: value })],
  'list-unsubscribe url': [
    'headers',
    (value) => ({ headers: { 'List-Unsubscribe': `<https://b.cd/${value}>` } }),
  ],
  'list-unsubscribe comment': [
    'headers',
    (value) => ({ headers: { 'List-Unsubscribe': `<https://b.cd/> (${value})` } }),
  ],
  'tag / metadata key': ['tags', (value) => ({ tags: [{ name: value, value: 'a' }] })],
  'tag / metadata value': ['tags', (value) => ({ tags: [{ name: 'a', value }] })],
}

/** Fields that are settings here: they are only ever refused by name. */
const settings: Readonly<Record<string, [string, (value: string) => object]>> = {
  'envelope.from': ['from.address', (value) => ({ from: { address: `a${value}@b.cd` } })],
  'engine EHLO name': ['smtp.heloName', (value) => ({ smtp: { heloName: value } })],
}

/** Fields that no email here has, or that belong to the HTTP API and not to an email. */
const elsewhere = [
  'messageId',
  'template variable used in subject',
  'template variable used in to.name',
  'template name',
  'idempotency key',
  'envelope.size',
  'DSN envid',
  'webhook custom header',
]

const values = attack.separators.flatMap(({ value: separator }) =>
  attack.tails.flatMap((tail) => [
    `ok${separator}${tail}`,
    `${separator}${tail}`,
    `ok ${tail}${separator}`,
    `ok${separator}${separator}${tail}`,
  ]),
)
const counts = { refused: 0, composed: 0 }

it('header injection is tried through every field that exists here: 21 of 29', () => {
  const tried = [...Object.keys(places), ...Object.keys(settings)]
  expect([...tried, ...elsewhere].sort()).toEqual([...attack.fields].sort())
  expect(tried).toHaveLength(21)
  expect(values).toHaveLength(520)
})

describe('header injection through', () => {
  it.each(Object.entries(places))('%s', async (_, [field, place]) => {
    for (const value of values) {
      const read = readEmailRequest({ ...plainBody, ...place(value) }, now)
      if ('faults' in read) {
        counts.refused++
        expect(read.faults.map((fault) => fault.field.split('.')[0])).toContain(field)
        continue
      }
      counts.composed++
      const { to, cc, bcc } = read.request
      const parcel = parcelOf(read.request)
      expect(parcel.envelope.to).toEqual([...to, ...cc, ...bcc].map(({ address }) => address))
      await expectHarmless(await parcel.composed())
    }
  })

  it.each(Object.entries(settings))('%s, a setting', async (_, [path, place]) => {
    for (const value of values) {
      const resolved = resolveSettings({ defaults: {}, saved: { ...place(value) }, locks: {} })
      if ('faults' in resolved) {
        counts.refused++
        expect(resolved.faults.map((fault) => fault.path)).toContain(path)
        continue
      }
      counts.composed++
      const own = { ...settingsOf(), from: resolved.settings.from, fromPolicy: 'onBehalf' as const }
      const parcel = parcelOf(requestOfPlain(), own)
      expect(parcel.envelope.from).toMatch(/^[^\s<>()",;:\\\p{C}]+@b\.cd$/u)
      await expectHarmless(await parcel.composed())
    }
  })

  afterAll(() => {
    // 21 fields x 26 separators x 5 tails x 4 shapes.
    expect(counts.refused + counts.composed).toBe(10_920)
    expect(counts).toMatchObject({ refused: 0, composed: 0 })
  })
})

function requestOfPlain() {
  const read = readEmailRequest(plainBody, now)
  if ('faults' in read) throw new Error('the plain request is refused')
  return read.request
}

const names = [
  'cc',
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'in-reply-to',
  'list-unsubscribe',
  'message-id',
  'mime-version',
  'references',
  'reply-to',
  'sender',
  'subject',
  'to',
  'x-a',
  'x-postern-id',
]

/** The oracle: one header block without anything of the tail, sound lines, the body as it was. */
async function expectHarmless(bytes: Uint8Array) {
  expect(wireFaults(bytes)).toEqual([])
  const header = headerOf(bytes)
  expect(header.filter(({ name }) => !names.includes(name))).toEqual([])
  expect(new Set(header.map(({ name }) => name)).size).toBe(header.length)
  const type = header.find(({ name }) => name === 'content-type')!.value
  if (type.startsWith('text/plain')) expect(bodyOf(bytes)).toBe('hello\r\n')
  else {
    const { text, html, attachments } = await PostalMime.parse(bytes)
    expect([text, html, attachments.length]).toEqual(['hello\n', undefined, 1])
  }
}
