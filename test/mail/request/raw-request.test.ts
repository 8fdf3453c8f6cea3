import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRawRequest } from '../../../mail/request/raw-request.ts'
import { headerOf, parcelOf, wireFaults } from '../compose/composing.ts'
import { cpuClock } from '../../cpu-clock.ts'

const envelope = { from: 'bounces@caller.test', to: ['bob@there.test'] }

function read(lines: string | readonly string[], change: Partial<typeof envelope> = {}) {
  const text = typeof lines === 'string' ? lines : lines.join('\r\n')
  return readRawRequest(Buffer.from(text), { ...envelope, ...change })
}

function accepted(...args: Parameters<typeof read>) {
  const result = read(...args)
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return result
}

const request = (...args: Parameters<typeof read>) => accepted(...args).request

describe('a submitted MIME email', () => {
  it('is kept to the byte', () => {
    const mime = Buffer.from([...Array(256).keys()])
    const result = readRawRequest(mime, envelope)
    expect(result).toMatchObject({
      request: { content: { kind: 'raw', mime: mime.toString('base64') } },
    })
  })

  it.each([
    ['a header of more than 256000 bytes', `X-A: ${'b'.repeat(256_001)}\r\n\r\nx`, 'bytes'],
    ['a header of more than 2000 fields', `${'A: b\r\n'.repeat(2_001)}\r\nx`, 'fields'],
    ['more than 1000000 lines', `Subject: x\r\n\r\n${'\n'.repeat(1_000_001)}`, 'lines'],
    ['as many lines that end in CR', `Subject: x\r\n\r\n${'\r'.repeat(1_000_001)}`, 'lines'],
  ])('is refused with %s: each attempt would cost too much', (_, mime, word) => {
    expect(read(mime)).toMatchObject({
      faults: [
        { field: 'content', rule: expect.stringContaining(word) as string, kind: 'tooLarge' },
      ],
    })
  })

  it('may have as many lines as 40 MB of base64 have', () => {
    const mime = `Subject: x\r\n\r\n${`${'A'.repeat(60)}\r\n`.repeat(640_000)}`
    expect(accepted(mime).request.subject).toBe('x')
  })

  it('names in To and Cc only whom the envelope names; the others of the envelope are Bcc', () => {
    const { to, cc, bcc } = request(
      [
        'To: Bob <Bob@There.test>, stranger@evil.test',
        'Cc: "Doe, Carol" <carol@there.test>,',
        ' bob@there.test',
        'Bcc: forged@evil.test',
        '',
        'hello',
      ],
      { to: ['bob@there.test', 'carol@there.test', 'hidden@there.test'] },
    )
    expect(to).toEqual([{ address: 'bob@there.test', name: 'Bob' }])
    expect(cc).toEqual([{ address: 'carol@there.test', name: 'Doe, Carol' }])
    expect(bcc).toEqual([{ address: 'hidden@there.test' }])
  })

  it.each([
    ['ann@caller.test', { address: 'ann@caller.test' }],
    ['Ann <ann@caller.test>', { address: 'ann@caller.test', name: 'Ann' }],
    ['ann@caller.test (Ann, of (all) people)', { address: 'ann@caller.test' }],
    ['Staff: Ann <ann@caller.test>, b@c.test;', { address: 'ann@caller.test', name: 'Ann' }],
    ['Acme, Inc. <ann@caller.test>', { address: 'ann@caller.test', name: 'Acme, Inc.' }],
    ['nobody, ann@caller.test', { address: 'ann@caller.test' }],
    ['=?utf-8?q?Gr=C3=BC=C3=9Fe?= <a@caller.test>', { address: 'a@caller.test', name: 'Grüße' }],
    [
      '=?utf-8?B?8J+S?= =?UTF-8?B?jA==?= =?iso-8859-1*de?q?_=FC?= <a@caller.test>',
      { address: 'a@caller.test', name: '💌 ü' },
    ],
    ['"=?utf-8?q?=C3=BC?=" <a@c.test>', { address: 'a@c.test', name: '=?utf-8?q?=C3=BC?=' }],
    ['=?utf-8?q?a=0D=0ABcc=3A_x?= <a@c.test>', { address: 'a@c.test', name: 'a Bcc: x' }],
    ['=?utf-8?q?=E2=80=AE?= <a@caller.test>', { address: 'a@caller.test' }],
    ['=?klingon?q?=C3?= <a@c.test>', { address: 'a@c.test' }],
    ['=?cp932?B?h4qDVIOTg3aDiw==?= <a@c.test>', { address: 'a@c.test', name: '㈱サンプル' }],
    [
      '=?ISO-2022-JP?B?GyRCM3Q8MDJxPFIlNSVzJVclaxsoQg==?=\r\n =?ISO-2022-JP?B?GyRCJSslOSU/JV4hPCU1JV0hPCVIGyhC?= <a@c.test>',
      { address: 'a@c.test', name: '株式会社サンプルカスタマーサポート' },
    ],
    ['Größe <a@caller.test>', { address: 'a@caller.test', name: 'Größe' }],
    ['root (Cron Daemon)', { address: 'root@localhost' }],
    ['root, cron', { address: 'bounces@caller.test' }],
    ['a@b@c.test', { address: 'bounces@caller.test' }],
  ])('is from whom From: %s names', (text, from) => {
    expect(request(`From: ${text}\r\n\r\nb`).from).toEqual(from)
  })

  it('without a readable sender anywhere is from the default sender', () => {
    expect(request('From: <a b>\r\n\r\nb', { from: 'root' }).from).toEqual({})
    expect(request('b', { from: '' }).from).toEqual({})
  })

  it.each([
    ['=?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?q?_da?=', 'Grüße da'],
    ['plain\r\n\tfolded', 'plain folded'],
    ['=?utf-8?b?AA0KQmNjOiB4?=', 'Bcc: x'],
    ['Grüße', 'Grüße'],
    ['', ''],
    [`${'x'.repeat(500)}\r\n ${'y'.repeat(500)}`, `${'x'.repeat(500)} ${'y'.repeat(399)}`],
  ])('has the subject of %j as text', (text, subject) => {
    expect(request(`Subject: ${text}\r\n\r\nb`).subject).toBe(subject)
  })

  it('shows Latin-1 that was never declared', () => {
    const mime = Buffer.from('Subject: Gr\xfc\xdfe\r\n\r\nb', 'latin1')
    expect(readRawRequest(mime, envelope)).toMatchObject({ request: { subject: 'Grüße' } })
  })

  it('has its Reply-To read wholly or left alone', () => {
    const replyTo = (text: string) => request(`Reply-To: ${text}\r\n\r\nb`).replyTo
    expect(replyTo('A <a@c.test>, b@c.test')).toHaveLength(2)
    expect(replyTo('A <a@c.test>, nobody')).toEqual([])
  })

  it.each([
    ['a line of 998 bytes', 'x'.repeat(998), true],
    ['a line of 999 bytes', 'x'.repeat(999), false],
    ['a last line of 999 bytes after LF', `a\n${'x'.repeat(999)}`, false],
    ['lines that end in CR alone', `${'x'.repeat(600)}\r${'x'.repeat(600)}`, true],
    ['NUL that will be dropped', `${'x'.repeat(990)}${'\0'.repeat(50)}`, true],
  ])('with a signature and %s is judged by what would leave', (_what, body, good) => {
    expect('request' in read(`Subject: a\r\n\r\n${body}`)).toBe(true)
    const result = read(`DKIM-Signature: v=1\r\nSubject: a\r\n\r\n${body}`)
    expect('request' in result).toBe(good)
    if ('faults' in result) expect(result.faults[0]!.rule).toContain('998')
  })

  it('once taken can always be composed, whatever it is', async () => {
    const piece = fc.oneof(
      fc.constantFrom('\r\n', '\n', '\r', '\r\n\r\n', ' ', '"', '<', '>', '(', ')', ',', ';', ':'),
      fc.constantFrom('From: ', 'To: ', 'Reply-To: ', 'Subject: ', 'a@b.test', '=?utf-8?q?', '?='),
      fc.constantFrom('x'.repeat(500), '\0', '\\', 'bob@there.test', 'é', '=?x?b?', '.'),
      fc.string({ unit: 'binary', maxLength: 10 }),
    )
    const mimes = fc.array(piece, { maxLength: 30 }).map((all) => all.join(''))
    await fc.assert(
      fc.asyncProperty(mimes, async (mime) => {
        const result = read(mime)
        if ('faults' in result) return
        const bytes = await parcelOf(result.request).composed()
        expect(wireFaults(bytes).filter((fault) => !fault.startsWith('no line end'))).toEqual([])
        const { to, cc, bcc } = result.request
        expect([...to, ...cc, ...bcc].map(({ address }) => address)).toEqual(envelope.to)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each(['"\\', '(', '<', 'a,', '=?a?q?', '"', '(\\', ':;', '?= '])(
    'full of %j is read in no time',
    (piece) => {
      const text = piece.repeat(400)
      const fields = Array.from({ length: 250 }, () => `To: ${text.slice(0, 900)}`)
      const spent = cpuClock()
      accepted([...fields, `Subject: ${text.slice(0, 900)}`, '', 'b'])
      expect(spent()).toBeLessThan(1_000)
    },
  )
})

describe('the idempotency key of a submitted email', () => {
  const email = (change: string[] = [], boundary = 'one', body = 'hello') => [
    'Resend-Idempotency-Key: order-1',
    `Message-ID: <${boundary}@caller.test>`,
    `Date: ${boundary}`,
    'From: ann@caller.test',
    ...change,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    '',
    body,
    `--${boundary}--`,
  ]
  const hash = (...args: Parameters<typeof read>) => accepted(...args).idempotency?.bodyHash

  it('comes with a fingerprint that is the same when a mail library makes the email again', () => {
    expect(accepted(email()).idempotency?.key).toBe('order-1')
    expect(hash(email([], 'two-(+'))).toBe(hash(email()))
  })

  it.each([
    ['the text', email([], 'one', 'bye'), envelope],
    ['a header', email(['Subject: other']), envelope],
    ['a recipient', email(), { ...envelope, to: ['carol@there.test'] }],
  ])('has another fingerprint when %s changes', (_what, lines, change) => {
    expect(hash(lines, change)).not.toBe(hash(email()))
  })

  it.each([
    ['no character', ''],
    ['257 characters', 'x'.repeat(257)],
  ])('of %s is refused', (_what, key) => {
    expect(read(`Resend-Idempotency-Key: ${key}\r\n\r\nb`)).toMatchObject({
      faults: [{ field: 'Resend-Idempotency-Key' }],
    })
  })

  it('is not sent to anyone', async () => {
    const bytes = await parcelOf(request(email())).composed()
    expect(headerOf(bytes).map(({ name }) => name)).not.toContain('resend-idempotency-key')
  })
})
