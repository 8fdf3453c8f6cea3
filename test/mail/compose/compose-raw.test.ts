import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { pack } from '../../../mail/deliver/pack.ts'
import {
  bodyOf,
  emailOf,
  headerOf,
  id,
  plainBody,
  rawBytesOf,
  requestOf,
  settingsOf,
  wireFaults,
} from './composing.ts'

describe('a raw email', () => {
  it('keeps its header and body but for the fields that Postern answers for', async () => {
    const bytes = await rawBytesOf(
      [
        'Received: from a by b',
        'From: Mallory <mallory@evil.test>',
        'Sender: mallory@evil.test',
        'To: list@there.test',
        'Bcc: secret@there.test',
        'Message-ID: <old@old.test>',
        'X-Postern-Id: forged',
        'Return-Path: <bounces@evil.test>',
        'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
        'Date: Thu, 01 Jan 2015 00:00:00 +0000',
        'X-Folded: one',
        '\ttwo',
        '',
        'Bcc: this is text',
        '.',
        'From here',
        '',
      ].join('\r\n'),
    )
    expect(headerOf(bytes)).toEqual([
      { name: 'message-id', value: `<${id}@caller.test>` },
      { name: 'x-postern-id', value: id },
      { name: 'from', value: 'Ann <ann@caller.test>' },
      { name: 'received', value: 'from a by b' },
      { name: 'to', value: 'list@there.test' },
      { name: 'subject', value: '=?utf-8?q?Gr=C3=BC=C3=9Fe?=' },
      { name: 'date', value: 'Thu, 01 Jan 2015 00:00:00 +0000' },
      { name: 'x-folded', value: 'one\ttwo' },
    ])
    expect(bodyOf(bytes)).toBe('Bcc: this is text\r\n.\r\nFrom here\r\n')
  })

  it.each([
    'Bcc: a@evil.test,\r\n b@evil.test,\r\n\tc@evil.test',
    'bcc: a@evil.test\r\nBCC: b@evil.test',
    'Bcc : a@evil.test',
    'Resent-Bcc: a@evil.test',
    'From: a@evil.test\r\nFrom: b@evil.test\r\nFROM: c@evil.test',
    'Sender: a@evil.test',
    'Message-Id: <a@evil.test>',
  ])('loses %j wholly', async (fields) => {
    const bytes = await rawBytesOf(`${fields}\r\nX-After: kept\r\n\r\nbody\r\n`)
    expect(bytes).not.toContain('evil.test')
    expect(headerOf(bytes).at(-1)).toEqual({ name: 'x-after', value: 'kept' })
  })

  it.each([
    ...['X-SMTPAPI', 'x-smtpapi ', 'X-SES-CONFIGURATION-SET', 'X-SES-SOURCE-ARN', 'X-SG-EID'],
    ...['X-MSYS-API', 'X-MSYS-SUBACCOUNT', 'X-MC-BccAddress', 'X-MC-PreserveRecipients'],
    ...['X-Mandrill-User', 'X-Mailgun-Recipient-Variables', 'X-Mailgun-Drop-Message'],
    ...['X-PM-Message-Stream', 'X-MJ-TemplateErrorReporting', 'X-Mailjet-Campaign'],
    ...['X-Mailin-IP', 'X-Sib-Sandbox', 'X-CMail-GroupName', 'X-MailerSend-Tags'],
    ...['X-AliDM-Trace', 'X-SMTPeter-Tags', 'X-Clab-SmartRelay-DeliveryLabel'],
    ...['X-MQ-Envelope', 'X-MQ-Smarthost-Hostname', 'X-GreenArrow-MailClass', 'X-Virtual-MTA'],
  ])('gives no order to a provider: %s', async (name) => {
    const order = (value: string) => `${name}: {"to":\r\n ["${value}@evil.test"]}`
    const mime = `${order('a')}\r\nSubject: a\r\n${order('b')}\r\nX-After: kept\r\n\r\nbody\r\n`
    const bytes = await rawBytesOf(mime)
    expect(bytes).not.toContain('evil.test')
    expect(headerOf(bytes).at(-1)).toEqual({ name: 'x-after', value: 'kept' })
  })

  it('gives the orders of the operator, in place of its own', async () => {
    const settings = settingsOf({ headers: { 'X-PM-Message-Stream': 'alerts' } })
    const bytes = await rawBytesOf('X-PM-Message-Stream: evil\r\n\r\nbody\r\n', {}, settings)
    const orders = headerOf(bytes).filter(({ name }) => name.startsWith('x-pm-'))
    expect(orders).toEqual([{ name: 'x-pm-message-stream', value: 'alerts' }])
  })

  it('still says who sent it on', async () => {
    const resent = ['Resent-From: a@caller.test', 'Resent-To: b@there.test']
    const bytes = await rawBytesOf([...resent, 'Subject: a', '', 'body', ''].join('\r\n'))
    for (const field of resent) expect(bytes).toContain(field)
  })

  it('is given a Date when it has none', async () => {
    const bytes = await rawBytesOf('Subject: a\r\n\r\nbody')
    const date = { name: 'date', value: 'Thu, 01 Jan 2026 00:00:00 +0000' }
    expect(headerOf(bytes)).toContainEqual(date)
  })

  it('keeps the Reply-To that it brings unless another was decided', async () => {
    const mime = 'Reply-To: own@caller.test\r\n\r\nbody'
    const value = async (...rest: [object?, ReturnType<typeof settingsOf>?]) =>
      headerOf(await rawBytesOf(mime, ...rest))
        .filter(({ name }) => name === 'reply-to')
        .map(({ value }) => value)
    expect(await value()).toEqual(['own@caller.test'])
    const replyTo = [{ address: 'other@caller.test' }, { address: 'b@c.test', name: 'B' }]
    expect(await value({ replyTo })).toEqual(['other@caller.test, B <b@c.test>'])
    const own = settingsOf({ from: { address: 'no-reply@own.test' }, fromPolicy: 'default' })
    expect(await value({}, own)).toEqual(['Ann <ann@caller.test>'])
  })

  it('says From and Sender as the policy does', async () => {
    const from = { address: 'no-reply@own.test', name: 'Größe' }
    const onBehalf = settingsOf({ from, fromPolicy: 'onBehalf' })
    const email = await PostalMime.parse(await rawBytesOf('Subject: a\r\n\r\nb', {}, onBehalf))
    expect(email.from).toEqual({ name: 'Ann', address: 'ann@caller.test' })
    expect(email.sender).toEqual({ name: 'Größe', address: 'no-reply@own.test' })
  })

  it.each([
    '🎉'.repeat(64),
    'é'.repeat(128),
    'é è '.repeat(40).trim(),
    `a"b\\c ${'d'.repeat(200)}`,
  ])('names a sender called %s in sound lines', async (name) => {
    const address = `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.test`
    const bytes = await rawBytesOf('Subject: a\r\n\r\nb', { from: { address, name } })
    expect(wireFaults(Buffer.from(bytes, 'latin1'))).toEqual(['no line end at the end'])
    // RFC 2047 section 2: a line with an encoded word has at most 76 characters.
    const words = bytes.split('\r\n').filter((line) => line.includes('=?'))
    expect(words.filter((line) => line.length > 76)).toEqual([])
    expect((await PostalMime.parse(bytes)).from).toEqual({ name, address })
  })

  it('is given the default headers that it lacks', async () => {
    const settings = settingsOf({ headers: { 'X-Team': 'billing', 'X-Own': 'default' } })
    const bytes = await rawBytesOf('From: a@b.test\r\nX-Own: mine\r\n\r\nhello', {}, settings)
    const names = headerOf(bytes).map(({ name, value }) => `${name}: ${value}`)
    expect(names).toContain('x-team: billing')
    expect(names).toContain('x-own: mine')
    expect(names).not.toContain('x-own: default')
  })

  it('that is redirected keeps a subject that looks encoded as it was written', async () => {
    const written = '=?utf-8?Q?evil?='
    const email = emailOf(requestOf({ ...plainBody, subject: written }))
    const mime = Buffer.from('From: a@b.test\r\nSubject: Old\r\n\r\nhello\r\n').toString('base64')
    const redirect = { recipients: ['bob@there.test'], redirectTo: 'qa@own.test' }
    const bytes = await pack(email, { kind: 'raw', mime }, settingsOf(), redirect).composed()
    expect((await PostalMime.parse(bytes)).subject).toBe(`[to bob@there.test] ${written}`)
  })

  it('says in its header that it was redirected, and for whom it was', async () => {
    const mime = 'From: a@b.test\r\nSubject: Old\r\nX-Postern-Original-To: forged\r\n\r\nhello\r\n'
    const instead = Array.from({ length: 50 }, (_, i) => `recipient-${i}@there.test`)
    const redirect = { recipients: instead, redirectTo: 'qa@own.test' }
    const email = emailOf(requestOf({ ...plainBody, subject: 'Grüße' }))
    const content = { kind: 'raw', mime: Buffer.from(mime).toString('base64') } as const
    const bytes = await pack(email, content, settingsOf(), redirect).composed()
    expect(wireFaults(bytes)).toEqual([])
    const parsed = await PostalMime.parse(bytes)
    expect(parsed.subject).toBe('[to recipient-0@there.test and 49 more] Grüße')
    const said = parsed.headers.filter(({ key }) => key === 'x-postern-original-to')
    expect(said.map(({ value }) => value.split(/,\s*/))).toEqual([instead])
  })

  it('keeps 8-bit content to the byte', async () => {
    const body = Buffer.from([...Array(256).keys()].filter((byte) => ![0, 10, 13].includes(byte)))
    const bytes = await rawBytesOf(`Subject: a\r\n\r\n${body.toString('latin1')}\r\n`)
    expect(bodyOf(bytes)).toBe(`${body.toString('latin1')}\r\n`)
  })
})

describe('a malformed raw email', () => {
  it.each([
    ['is empty', '', ''],
    ['has no empty line', 'Subject: a\r\nBcc: b', ''],
    [
      'has text where the empty line should be',
      'Subject: a\r\nb c\r\nd\r\n\r\ne',
      'b c\r\nd\r\n\r\ne',
    ],
    [
      'is text with something like a field in it',
      'b c\r\nNote: d\r\n\r\ne',
      'b c\r\nNote: d\r\n\r\ne',
    ],
    [
      'begins its text with a link',
      'Subject: a\r\nhttps://b.test/\r\n\r\nc',
      'https://b.test/\r\n\r\nc',
    ],
    [
      'quotes a header in its text',
      'Subject: a\r\nb c:\r\nSubject: d\r\n\r\ne',
      'b c:\r\nSubject: d\r\n\r\ne',
    ],
    ['has only a body', '\r\nbody', 'body'],
    ['begins its body with empty lines', '\r\n\r\n\r\nbody', '\r\n\r\nbody'],
    ['ends lines in LF', 'Subject: a\n\nb\nc\n', 'b\r\nc\r\n'],
    ['ends lines in CR', 'Subject: a\r\rb\rc\r', 'b\r\nc\r\n'],
    ['mixes line ends', 'Subject: a\n\r\nb\r\r\nc\n\rd', 'b\r\n\r\nc\r\n\r\nd'],
    ['doubles each CR', 'Subject: a\r\r\n\r\r\nb\r\r\n\r\r\nc\r\n', 'b\r\n\r\nc\r\n'],
    ['holds NUL', 'Sub\0ject: a\r\n\0\r\nb\0c', 'bc'],
    ['begins with an mbox line', 'From a@b Thu Jan 1\r\nSubject: a\r\n\r\nb', 'b'],
    ['begins with a folded line', ' Bcc: a@b.cd\r\nSubject: a\r\n\r\nb', 'b'],
    [
      'has garbage between its fields',
      'nonsense\r\n: x\r\nSubject: a\r\n\r\nb',
      'nonsense\r\n: x\r\nb',
    ],
    [
      'shows Bcc after a line that is none',
      'Subject: a\r\nb c\r\nBcc: x@y.zz,\r\n z@y.zz\r\nd\r\n\r\ne',
      'b c\r\nd\r\n\r\ne',
    ],
  ])('that %s stays one email', async (_, mime, body) => {
    const bytes = await rawBytesOf(mime)
    expect(bodyOf(bytes)).toBe(body)
    expect(
      headerOf(bytes)
        .map(({ name }) => name)
        .filter((name) => name !== 'subject'),
    ).toEqual(['message-id', 'x-postern-id', 'date', 'from'])
  })

  it('never crashes, never makes a second header and never loses what is not a header', async () => {
    const piece = fc.oneof(
      fc.constantFrom('\r\n', '\n', '\r', ' ', '\t', ':', 'Bcc: a@evil.test', 'From: b@evil.test'),
      fc.constantFrom('\0', 'Subject: a', '\r\n\r\n', '\r\n \r\n', 'Bcc', 'é', '.\r\n'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    )
    const mime = fc.array(piece, { maxLength: 12 }).map((all) => all.join(''))
    await fc.assert(
      fc.asyncProperty(mime, async (mime) => {
        const bytes = await rawBytesOf(mime)
        const faults = wireFaults(Buffer.from(bytes, 'latin1'))
        expect(faults.filter((fault) => !fault.startsWith('no line end'))).toEqual([])
        const names = headerOf(bytes).map(({ name }) => name.trim())
        expect(names).not.toContain('bcc')
        expect(names.filter((name) => name === 'from')).toHaveLength(1)
        const said = Buffer.from(mime, 'latin1').toString('latin1').replaceAll('\0', '')
        const lines = /^[^\r\n]*\r\r\n/.test(said) ? said.replaceAll('\r\r\n', '\r\n') : said
        const [head, ...rest] = lines.replace(/\r\n|\r|\n/g, '\r\n').split('\r\n\r\n')
        if (rest.length > 0 && head!.trim() !== '')
          expect(bodyOf(bytes).endsWith(rest.join('\r\n\r\n'))).toBe(true)
        // Also a first line that is no field is still there.
        const [first = ''] = head!.split('\r\n')
        if (rest.length > 0 && !/^(bcc|>?From |\s|[!-9;-~]+[ \t]*:)/i.test(first))
          expect(bytes).toContain(first)
      }),
      { numRuns: 1_000 },
    )
  })
})
