import { isDeepStrictEqual } from 'node:util'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import type { Mailbox } from '../../../mail/email/address.ts'
import { readEmailRequest } from '../../../mail/request/email-request.ts'
import type { Parcel } from '../../../mail/email/parcel.ts'
import { resolveSettings } from '../../../mail/settings/settings.ts'
import { headerAttack, headerAttacks } from '../../header-attack.ts'
import { bodyOf, headerOf, now, parcelOf, plainBody, requestOf, wireFaults } from './composing.ts'

const quoted = (name: string) => `"${name.replace(/["\\]/g, '\\$&')}" <a@b.cd>`
const file = (part: object) => ({ attachments: [{ filename: 'a.png', content: 'YQ==', ...part }] })

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
  'attachment.contentType': [
    'attachments',
    (value) => file({ content_type: `text/plain${value}` }),
  ],
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

const counts = { refused: 0, composed: 0 }

it('header injection is tried through every field that exists here: 21 of 29', () => {
  const tried = [...Object.keys(places), ...Object.keys(settings)]
  expect([...tried, ...elsewhere].sort()).toEqual([...headerAttack.fields].sort())
  expect(tried).toHaveLength(21)
  expect(headerAttacks).toHaveLength(520)
})

describe('header injection through', () => {
  it.each(Object.entries(places))('%s', async (_, [field, place]) => {
    const harm = await harmOf(async (value) => {
      const read = readEmailRequest({ ...plainBody, ...place(value) }, now)
      if ('faults' in read)
        return refusal(
          read.faults.map((fault) => fault.field.split('.')[0]!),
          field,
        )
      const { to, cc, bcc } = read.request
      return composing(parcelOf(read.request), [...to, ...cc, ...bcc])
    })
    expect(harm).toEqual([])
  })

  it.each(Object.entries(settings))('%s, a setting', async (_, [path, place]) => {
    const harm = await harmOf(async (value) => {
      const saved = { ...place(value), fromPolicy: 'onBehalf' }
      const resolved = resolveSettings({
        defaults: { from: { address: 'a@b.cd' } },
        saved,
        locks: {},
      })
      if ('faults' in resolved)
        return refusal(
          resolved.faults.map((fault) => fault.path),
          path,
        )
      const request = requestOf(plainBody)
      return composing(parcelOf(request, resolved.settings), request.to)
    })
    expect(harm).toEqual([])
  })

  it('all of it comes to 10,920 tries: 8,979 refused by name, 1,941 composed without harm', () => {
    expect(counts).toEqual({ refused: 8_979, composed: 1_941 })
  })
})

/** What the oracle has against any of the values; nothing when all is well. */
async function harmOf(tried: (value: string) => Promise<string[]>): Promise<string[]> {
  const harm = []
  for (const value of headerAttacks)
    for (const fault of await tried(value)) harm.push(`${JSON.stringify(value)}: ${fault}`)
  return harm
}

async function refusal(named: readonly string[], field: string): Promise<string[]> {
  counts.refused++
  return named.includes(field) ? [] : [`refused for ${named.join()}`]
}

async function composing(parcel: Parcel, validated: readonly Mailbox[]): Promise<string[]> {
  counts.composed++
  const addresses = validated.map(({ address }) => address)
  return isDeepStrictEqual(parcel.envelope.to, addresses)
    ? harmIn(await parcel.composed())
    : ['other recipients than those that were validated']
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
async function harmIn(bytes: Uint8Array): Promise<string[]> {
  const header = headerOf(bytes)
  const found = header.map(({ name }) => name)
  return [
    ...wireFaults(bytes),
    ...found.filter((name) => !names.includes(name)),
    ...found.filter((name, place) => found.indexOf(name) < place),
    ...((await hasItsBody(header, bytes)) ? [] : ['another body']),
  ]
}

async function hasItsBody(header: ReturnType<typeof headerOf>, bytes: Uint8Array) {
  const type = header.find(({ name }) => name === 'content-type')?.value
  if (type === 'text/plain; charset=utf-8') return bodyOf(bytes) === 'hello\r\n'
  const { text, html, attachments } = await PostalMime.parse(bytes)
  return text === 'hello\n' && html === undefined && attachments.length === 1
}
