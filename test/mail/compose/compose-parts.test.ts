import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import PostalMime, { type Email } from 'postal-mime'
import { describe, expect, it } from 'vitest'
import type { Mailbox } from '../../../mail/email/address.ts'
import { parcelOf, plainBody, requestOf, wireFaults } from './composing.ts'

describe('an email composed of its parts', () => {
  it('is read like the one that nodemailer composes of them', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (parts) => {
        const parcel = parcelOf(requestOf({ ...plainBody, ...parts }))
        const bytes = await parcel.composed()
        expect(wireFaults(bytes)).toEqual([])
        const theirs = await byNodemailer(parcel)
        expect(readable(await PostalMime.parse(bytes))).toEqual({
          ...readable(await PostalMime.parse(theirs)),
          // Theirs leaves what looks like an encoded word as it is.
          subject: parts.subject,
        })
      }),
      { numRuns: 400 },
    )
  })

  it('has the files that its html shows next to the html, and the others after all', async () => {
    const file = { filename: 'a.txt', content: 'YQ==' }
    const logo = { filename: 'logo.png', content: 'YQ==', content_id: 'logo' }
    const attachments = [file, logo]
    expect(await typesOf({ text: 'a', html: '<img src="cid:logo">', attachments })).toEqual([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'multipart/related',
      'text/html',
      'image/png',
      'text/plain',
    ])
    expect(await typesOf({ text: 'a', attachments: [logo] })).toEqual([
      'multipart/mixed',
      'text/plain',
      'image/png',
    ])
    expect(await typesOf({ text: '', html: 'b' })).toEqual(['text/html'])
    expect(await typesOf({ text: 'a' })).toEqual(['text/plain'])
  })

  const calendar = {
    filename: 'invite.ics',
    content: Buffer.from('BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n').toString(
      'base64',
    ),
    content_type: 'text/calendar; method=REQUEST',
  }

  it('has an invitation and AMP as alternatives, in the order of what mail programs prefer', async () => {
    const amp = { filename: 'a.html', content: 'YQ==', content_type: 'text/x-amp-html' }
    const file = { filename: 'a.ics', content: 'YQ==', content_type: 'text/calendar' }
    const attachments = [calendar, file, amp]
    expect(await typesOf({ text: 'a', html: 'b', attachments })).toEqual([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'text/x-amp-html',
      'text/html',
      'text/calendar',
      'text/calendar',
    ])
    expect(await typesOf({ text: 'a', attachments: [calendar] })).toEqual([
      'multipart/alternative',
      'text/plain',
      'text/calendar',
    ])
    const bytes = await bytesOf({ text: 'a', attachments: [calendar] })
    expect(bytes).toContain(
      'Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n' +
        'Content-Transfer-Encoding: base64\r\n\r\n' +
        calendar.content,
    )
  })

  it.each([
    ['as it is', 'Subject: a\r\n\r\nb\r\n', 'Subject: a\r\n\r\nb\r\n'],
    ['with line ends as in every email', 'Subject: a\n\nb\n', 'Subject: a\r\n\r\nb\r\n'],
  ])('has an attached email as an email, %s', async (_, eml, embedded) => {
    const content = Buffer.from(eml).toString('base64')
    const file = { filename: 'a.eml', content, content_type: 'message/rfc822' }
    expect(await bytesOf({ text: 'a', attachments: [file] })).toContain(
      'Content-Type: message/rfc822; name=a.eml\r\nContent-Disposition: attachment; filename=a.eml\r\n' +
        `Content-Transfer-Encoding: 7bit\r\n\r\n${embedded}\r\n--`,
    )
  })

  it.each([
    ['beyond ASCII', 'Subject: é\r\n\r\n'],
    ['with a long line', `Subject: a\r\n\r\n${'x'.repeat(999)}\r\n`],
    ['with several kinds of line ends', 'Subject: a\r\n\nb\r\n'],
    ['without a header', 'hello\r\n'],
    ['with NUL', 'Subject: a\0\r\n'],
  ])('has an attached email %s as a file, byte for byte', async (_, eml) => {
    const content = Buffer.from(eml).toString('base64')
    const file = { filename: 'a.eml', content, content_type: 'message/rfc822' }
    const bytes = await bytesOf({ text: 'a', attachments: [file] })
    expect(bytes).toContain('Content-Type: application/octet-stream; name=a.eml')
    expect(bytes.replaceAll('\r\n', '')).toContain(content)
  })
})

async function bytesOf(parts: object): Promise<string> {
  const request = requestOf({ ...plainBody, text: undefined, ...parts })
  const bytes = await parcelOf(request).composed()
  expect(wireFaults(bytes)).toEqual([])
  return Buffer.from(bytes).toString('latin1')
}

const words = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
  fc.constantFrom(
    'Your order',
    'Grüße',
    '日本語'.repeat(30),
    '=?utf-8?q?a?=',
    'a "b" \\c',
    "O'Brien",
  ),
)
const line = words
  .map((text) =>
    text
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029\ufffd]|\s+/gu, ' ')
      .trim(),
  )
  .filter((text) => text !== '')
const mailbox = fc
  .tuple(fc.constantFrom('a@b.cd', 'a.b+c@xn--bcher-kva.example', "o'x@b.cd"), line)
  .filter(([, name]) => name.length < 60 && !/[\\"]/.test(name))
  .map(([address, name]) => `"${name}" <${address}>`)
const text = fc
  .array(fc.oneof(line, fc.constantFrom('\n', '\r\n', ' \n', '='.repeat(90))))
  .map((pieces) => pieces.join(''))
const file = fc.record({
  filename: fc.constantFrom('a.bin', 'ä ö.pdf', `${'x'.repeat(100)}.txt`, 'a "b".png'),
  content: fc
    .uint8Array({ maxLength: 200, minLength: 1 })
    .map((bytes) => Buffer.from(bytes).toString('base64')),
  // Not text: the parser takes a text that is inline for a part of the email's own.
  content_type: fc.constantFrom('image/png', 'application/x-a; b="c d"', 'Font/Woff2'),
  content_id: fc.option(fc.constantFrom('logo', 'a@b'), { nil: undefined }),
})
const body = fc.record({
  from: mailbox,
  to: fc.array(mailbox, { minLength: 1, maxLength: 5 }),
  cc: fc.array(mailbox, { maxLength: 3 }),
  reply_to: fc.array(mailbox, { maxLength: 2 }),
  subject: line,
  headers: fc.constantFrom({}, { 'X-Ref': 'réf "1"', 'In-Reply-To': 'a@b.cd' }),
  text: text.map((text) => `a${text}`),
  html: fc.option(
    text.map((text) => `<img src="cid:logo"><img src='cid:a@b'>${text}`),
    { nil: undefined },
  ),
  attachments: fc.array(file, { maxLength: 3 }),
})

type Parcel = ReturnType<typeof parcelOf>

function byNodemailer({ content, id, ...parcel }: Parcel): Promise<Buffer> {
  if (content.kind === 'raw') throw new Error('there are no parts')
  const box = ({ address, name }: Mailbox) => ({ address, name: name ?? '' })
  return new MailComposer({
    from: box(parcel.from),
    to: parcel.to.map(box),
    cc: parcel.cc.map(box),
    replyTo: parcel.replyTo.map(box),
    subject: parcel.subject,
    messageId: parcel.messageId,
    date: parcel.date,
    headers: { ...parcel.headers, 'X-Postern-Id': id },
    text: content.text,
    html: content.html,
    attachments: content.attachments.map(({ content, contentId, ...file }) => ({
      ...file,
      content: Buffer.from(content, 'base64'),
      contentDisposition: contentId ? 'inline' : 'attachment',
      ...(contentId && { cid: contentId }),
    })),
    newline: '\r\n',
  })
    .compile()
    .build()
}

/** What a reader has of an email; how it is cut into lines and parts is left out. */
function readable({ headers, headerLines: _, text, html, attachments, ...email }: Email) {
  const fields = headers
    .filter(({ key }) => !readApart.test(key))
    .map(({ key, value }) => [key, value])
    .sort()
  return { ...email, fields, text: ended(text), html: ended(html), attachments }
}

/** These are in the email as what they mean. */
const readApart = /^(content-.*|from|to|cc|reply-to|subject)$/

function ended(text = ''): string {
  return text.replace(/\r\n|\r/g, '\n').replace(/\n*$/, '')
}

/** The types of all parts in order. */
async function typesOf(parts: object): Promise<string[]> {
  const bytes = await parcelOf(requestOf({ ...plainBody, ...parts })).composed()
  const found = Buffer.from(bytes)
    .toString('latin1')
    .matchAll(/^Content-Type: ([a-z/-]+)/gm)
  return [...found].map(([, type]) => type!)
}
