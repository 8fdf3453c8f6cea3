import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import PostalMime, { decodeWords } from 'postal-mime'
import { describe, expect, it } from 'vitest'
import {
  bodyOf,
  bytesOf,
  headerOf,
  id,
  latin1,
  now,
  parcelOf,
  plainBody,
  requestOf,
  settingsOf,
  wireFaults,
} from './composing.ts'

it('names an address with a quoted local part as it is, in every field', async () => {
  const carrier = '"abc..def."@docomo.example'
  const addresses = { from: `Ann <${carrier}>`, to: [carrier], cc: `Bob <${carrier}>` }
  const text = latin1(await bytesOf({ ...addresses, reply_to: carrier, subject: 's', text: 'x' }))
  for (const line of [`From: Ann <${carrier}>`, `To: ${carrier}`, `Reply-To: ${carrier}`])
    expect(text).toContain(`${line}\r\n`)
})

describe('a composed email', () => {
  it('brings every part as it was given', async () => {
    const pdf = randomBytes(3_000_000)
    const logo = randomBytes(1_000)
    const html = '<p>Grüße\r\n🎉 <img src="cid:logo"></p>'
    const bytes = await bytesOf({
      ...plainBody,
      from: '"Ännchen, von Tharau" <ann@caller.test>',
      to: ['"Bob; the \\"builder\\"" <bob@there.test>', 'carl@xn--bcher-kva.example'],
      cc: 'Dörte <dora@there.test>',
      bcc: 'secret@there.test',
      reply_to: 'replies@caller.test',
      subject: 'Grüße, 日本 und =?utf-8?q?a?=',
      headers: { 'X-Ref': 'réf-1', 'In-Reply-To': '<a@b.cd>' },
      html,
      text: 'Grüße\r\n.\r\nFrom here',
      attachments: [
        { filename: 'Rechnung für Ö.pdf', content: pdf.toString('base64') },
        { filename: 'logo.png', content: logo.toString('base64'), content_id: 'logo' },
      ],
    })
    expect(wireFaults(bytes)).toEqual([])
    const email = await PostalMime.parse(bytes)
    expect(email).toMatchObject({
      from: { name: 'Ännchen, von Tharau', address: 'ann@caller.test' },
      to: [
        { name: 'Bob; the "builder"', address: 'bob@there.test' },
        { name: '', address: 'carl@xn--bcher-kva.example' },
      ],
      cc: [{ name: 'Dörte', address: 'dora@there.test' }],
      replyTo: [{ name: '', address: 'replies@caller.test' }],
      subject: 'Grüße, 日本 und =?utf-8?q?a?=',
      messageId: `<${id}@caller.test>`,
      date: new Date(now).toISOString(),
      inReplyTo: '<a@b.cd>',
      html: `${html.replace('\r\n', '\n')}\n`,
      text: 'Grüße\n.\nFrom here\n',
    })
    const ref = email.headers.find(({ key }) => key === 'x-ref')
    expect(decodeWords(ref!.value)).toBe('réf-1')
    expect(email.attachments).toMatchObject([
      { filename: 'logo.png', mimeType: 'image/png', disposition: 'inline', contentId: '<logo>' },
      { filename: 'Rechnung für Ö.pdf', mimeType: 'application/pdf', disposition: 'attachment' },
    ])
    const [first, second] = email.attachments.map(({ content }) =>
      Buffer.from(content as ArrayBuffer),
    )
    expect(first!.equals(logo)).toBe(true)
    expect(second!.equals(pdf)).toBe(true)
  })

  it('says in its header who made it and when, and nothing of Bcc', async () => {
    const bytes = await bytesOf({
      ...plainBody,
      bcc: ['secret@there.test', 'Spy <spy@there.test>'],
    })
    expect(Object.fromEntries(headerOf(bytes).map(({ name, value }) => [name, value]))).toEqual({
      'x-postern-id': id,
      from: 'Ann <ann@caller.test>',
      to: 'bob@there.test',
      subject: 'Hello',
      'message-id': `<${id}@caller.test>`,
      date: 'Thu, 01 Jan 2026 00:00:00 +0000',
      'mime-version': '1.0',
      'content-type': 'text/plain; charset=utf-8',
      'content-transfer-encoding': '7bit',
    })
    expect(latin1(bytes)).not.toMatch(/secret|spy/i)
    expect(latin1(bytes).endsWith('\r\n\r\nhello\r\n')).toBe(true)
  })

  it('names Sender and Reply-To as the From policy says', async () => {
    const from = { address: 'no-reply@own.test', name: 'Own' }
    const onBehalf = await bytesOf(plainBody, settingsOf({ from, fromPolicy: 'onBehalf' }))
    expect(headerOf(onBehalf)).toContainEqual({ name: 'sender', value: 'Own <no-reply@own.test>' })
    const byDefault = await bytesOf(plainBody, settingsOf({ from, fromPolicy: 'default' }))
    expect(headerOf(byDefault)).toContainEqual({ name: 'reply-to', value: 'Ann <ann@caller.test>' })
    expect(headerOf(byDefault)).toContainEqual({ name: 'from', value: 'Own <no-reply@own.test>' })
  })

  it('is the same to the byte every time', async () => {
    const body = {
      ...plainBody,
      html: '<b>hello</b>',
      attachments: [{ filename: 'a.txt', content: 'YQ==' }],
    }
    expect(latin1(await bytesOf(body))).toBe(latin1(await bytesOf(body)))
  })

  it('has a date: when it was accepted, or when it is scheduled for', async () => {
    const dateOf = async (body: object) =>
      headerOf(await bytesOf({ ...plainBody, ...body })).find(({ name }) => name === 'date')?.value
    expect(await dateOf({})).toBe('Thu, 01 Jan 2026 00:00:00 +0000')
    expect(await dateOf({ scheduled_at: '2026-01-01T00:00:10Z' })).toBe(
      'Thu, 01 Jan 2026 00:00:10 +0000',
    )
    expect(await dateOf({ scheduled_at: '2026-01-20T12:00:00Z' })).toBe(
      'Tue, 20 Jan 2026 12:00:00 +0000',
    )
  })

  it('has each field begin on the line of its name, however long the first word is', async () => {
    const from = 'me@notifications.mail.example.com'
    const long = `<${'x'.repeat(100)}@example.com>`
    const headers = { 'In-Reply-To': long, References: `${long} ${long}`, 'X-Ref': 'y'.repeat(90) }
    const bytes = await bytesOf({ ...plainBody, from, subject: 's'.repeat(80), headers })
    const lines = latin1(bytes).split('\r\n')
    expect(lines).toContain('Message-ID: <019b7600-0000-7000-8000-000000000001@caller.test>')
    expect(lines).toContain(`In-Reply-To: ${long}`)
    expect(lines).toContain(`References: ${long}`)
    expect(lines).toContain(`X-Ref: ${'y'.repeat(90)}`)
    expect(lines.filter((line) => /^[\w-]+:\s*$/.test(line))).toEqual([])
  })

  it('may fold a first word that fits no line with its name', async () => {
    const headers = { [`X-${'n'.repeat(120)}`]: 'v'.repeat(900) }
    expect(wireFaults(await bytesOf({ ...plainBody, headers }))).toEqual([])
  })

  it.each([
    '=?utf-8?q?a?=',
    'Re: =?utf-8?q?a?= and more',
    'What is =? and ?=',
    '=?iso-2022-jp?B?GyRCJSIbKEI=?=',
    `${'long '.repeat(30)}=?utf-8?q?a?=`,
  ])('has the subject that was asked for: %j', async (subject) => {
    const bytes = await bytesOf({ ...plainBody, subject })
    expect(wireFaults(bytes)).toEqual([])
    expect((await PostalMime.parse(bytes)).subject).toBe(subject)
    expect(latin1(bytes)).not.toContain(`Subject: ${subject}`)
  })

  it('is composed once, however often it is asked for', () => {
    const parcel = parcelOf(requestOf(plainBody))
    expect(parcel.composed()).toBe(parcel.composed())
  })

  it('keeps a local part beyond ASCII as UTF-8', async () => {
    const bytes = await bytesOf({ ...plainBody, to: 'Jürgen <jürgen@xn--bcher-kva.example>' })
    const to = headerOf(Buffer.from(bytes).toString()).find(({ name }) => name === 'to')
    expect(to?.value).toBe('=?UTF-8?Q?J=C3=BCrgen?= <jürgen@xn--bcher-kva.example>')
  })
})

describe('the text part', () => {
  it('is made from the html where none is given', async () => {
    const html =
      '<h1>Hello</h1><p>Read <a href="https://b.cd/x">this</a>.</p><img src="https://b.cd/i">'
    const email = await PostalMime.parse(await bytesOf({ ...plainBody, text: null, html }))
    expect(email.text).toBe('Hello\n\nRead this [https://b.cd/x].\n')
    expect(email.html).toBe(`${html}\n`)
  })

  it('is left out where the caller says so', async () => {
    const bytes = await bytesOf({ ...plainBody, text: '', html: '<p>hello</p>' })
    expect(headerOf(bytes)).toContainEqual({
      name: 'content-type',
      value: 'text/html; charset=utf-8',
    })
    expect(bodyOf(bytes)).toBe('<p>hello</p>\r\n')
  })

  it('may be all there is, also when it is empty', async () => {
    expect(bodyOf(await bytesOf(plainBody))).toBe('hello\r\n')
    const empty = await PostalMime.parse(await bytesOf({ ...plainBody, text: '' }))
    expect([empty.text ?? '', empty.html]).toEqual(['', undefined])
  })
})

it('whatever the texts hold, the lines are sound and the parts come through', async () => {
  const nasty = fc.constantFrom(
    '\r',
    '\n',
    '\r\n',
    '\n\r',
    '\r\n.\r\n',
    '\n.\n',
    'QUIT\r\n',
    'a'.repeat(2_000),
    '語'.repeat(700),
    ' '.repeat(1_200),
    '\u2028',
    '--b--',
    '=',
    '\x1b',
    '\x7f',
  )
  const text = fc
    .array(fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 30 })), { maxLength: 8 })
    .map((pieces) => pieces.join('').replaceAll('\0', '').toWellFormed())
  const body = fc.record({ text, html: fc.option(text) })
  await fc.assert(
    fc.asyncProperty(body, async (texts) => {
      const bytes = await bytesOf({ ...plainBody, ...texts })
      expect(wireFaults(bytes)).toEqual([])
      const { text = '', html = '' } = await PostalMime.parse(bytes)
      expect(trimmedLines(text)).toBe(trimmedLines(texts.text))
      expect(trimmedLines(html)).toBe(trimmedLines(texts.html ?? ''))
    }),
    { numRuns: 500 },
  )
})

it('whatever an attachment is called, it comes through under that name', async () => {
  const filename = fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...'a "\\;=?*\'%./é語🎉'), minLength: 1, maxLength: 255 }),
    )
    .filter((name) => name.trim() === name && !/\\$/.test(name))
  let checked = 0
  await fc.assert(
    fc.asyncProperty(filename, async (name) => {
      const body = {
        ...plainBody,
        attachments: [{ filename: name, content: 'YQ==', content_type: 'a/b' }],
      }
      if (faultless(body)) {
        checked++
        const bytes = await bytesOf(body)
        expect(wireFaults(bytes)).toEqual([])
        const email = await PostalMime.parse(bytes)
        expect(email.attachments.map((one) => one.filename)).toEqual([name])
      }
    }),
    { numRuns: 500 },
  )
  expect(checked).toBeGreaterThan(300)
})

describe('an attachment', () => {
  it.each([
    'message/rfc822',
    'message/delivery-status',
    'multipart/mixed',
    'Multipart/x; boundary=b',
  ])('called %s leaves as a file, byte for byte', async (content_type) => {
    const eml = Buffer.from(
      `Subject: a\nBcc: victim@evil.test\n\n--b\r\0\r\n.\r\n${'x'.repeat(2_000)}`,
    )
    const attachments = [{ filename: 'a.eml', content: eml.toString('base64'), content_type }]
    const bytes = await bytesOf({ ...plainBody, attachments })
    expect(wireFaults(bytes)).toEqual([])
    const [only, ...others] = (await PostalMime.parse(bytes)).attachments
    expect(others).toEqual([])
    expect(only).toMatchObject({ mimeType: 'application/octet-stream', filename: 'a.eml' })
    expect(Buffer.from(only!.content as ArrayBuffer).equals(eml)).toBe(true)
  })

  it('with a content id that no html refers to stays an attachment', async () => {
    const attachments = [{ filename: 'a.pdf', content: 'YQ==', content_id: 'inv-1' }]
    for (const html of [undefined, '<p>The invoice is attached.</p>']) {
      const email = await PostalMime.parse(await bytesOf({ ...plainBody, html, attachments }))
      expect(email.attachments).toMatchObject([
        { filename: 'a.pdf', mimeType: 'application/pdf', disposition: 'attachment' },
      ])
    }
  })
})

describe('composing reads nothing but what it is given', () => {
  const targets = [
    '/etc/passwd',
    'file:///etc/passwd',
    'data:text/html,<b>x</b>',
    'http://127.0.0.1/',
  ]

  it.each(targets)('%s stays text', async (target) => {
    const attachments = [{ filename: target, content: Buffer.from(target).toString('base64') }]
    const html = `${target}<img src="${target}">`
    const bytes = await bytesOf({ ...plainBody, text: target, html, attachments })
    const email = await PostalMime.parse(bytes)
    expect(email.text?.trim()).toBe(target)
    expect(email.html?.trim()).toBe(html)
    expect(email.attachments).toHaveLength(1)
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).toString()).toBe(target)
  })
})

it('an email that would reach an address that was not validated is not composed', async () => {
  const parcel = parcelOf({ ...requestOf(plainBody), to: [{ address: 'a@b.cd,victim@evil.test' }] })
  await expect(parcel.composed()).rejects.toThrow()
})

function faultless(body: unknown): boolean {
  try {
    requestOf(body)
    return true
  } catch {
    return false
  }
}

/** Whatever ends a line is a line end; those at the very end are the parser's. */
function trimmedLines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\n').replace(/\n*$/, '')
}
