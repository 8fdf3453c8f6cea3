import { describe, expect, it } from 'vitest'
import { readRawRequest } from '../../../mail/request/raw-request.ts'
import { emailOf, headerOf, id, latin1, parcelOf, settingsOf } from './composing.ts'

const envelope = { from: 'ann@caller.test', to: ['bob@there.test'] }

function requestFrom(mime: string) {
  const read = readRawRequest(Buffer.from(mime, 'latin1'), envelope)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.request
}

/** As it is submitted and leaves, its Message-ID the application's own if that is kept. */
async function submitted(header: readonly string[], settings = settingsOf()) {
  const request = requestFrom(`${header.join('\r\n')}\r\n\r\nhello\r\n`)
  return latin1(await parcelOf(request, settings).composed())
}

const own = { address: 'no-reply@own.test', name: 'Own' }
const signature = (h: string) =>
  `DKIM-Signature: v=1; a=rsa-sha256; d=caller.test;\r\n h=${h};\r\n b=x`
const usual = [
  'Date: Thu, 01 Jan 2026 00:00:00 +0000',
  'Message-ID: <ticket-42.1@desk.caller.test>',
]

describe('a header that no policy changes', () => {
  it.each([
    [['From: "Ann" <ann@caller.test> (Sales)', 'Sender:  bob@caller.test']],
    [['From: Ann <ann@caller.test>,\r\n\tCarol <carol@caller.test>', 'Sender: ann@caller.test']],
    [['From: =?x-klingon?b?h4qDVIOTg3aDiw==?= <ann@caller.test>']],
    [['FROM:ann@caller.test', 'Reply-To: "A\\\\B" <a@caller.test> (c),b@c.test']],
    [['From: Ann <Ann@CALLER.test>', 'Reply-To: somewhere', 'X-Odd :  a\r\n  b ']],
    [
      ['From: ann@caller.test', 'Message-ID:\r\n <ticket-42.1@desk.caller.test>'],
      usual.slice(0, 1),
    ],
  ])('leaves as it came: %j', async (header, rest = usual) => {
    const all = [...header, ...rest, 'Subject: a']
    const bytes = await submitted(all)
    expect(bytes).toBe(`X-Postern-Id: ${id}\r\n${all.join('\r\n')}\r\n\r\nhello\r\n`)
  })

  it('keeps the signatures over it, also those that forbid what is not added', async () => {
    const all = [
      signature('From:From:Sender:To:Cc:Cc:Subject:Date:Message-ID:Message-ID'),
      'From: ann@caller.test',
      ...usual,
      'Subject: a',
    ]
    expect(await submitted(all)).toContain(all.join('\r\n'))
  })
})

describe('a signature', () => {
  const signed = (h: string, ...more: string[]) => [
    signature(h),
    'From: Ann <ann@caller.test>',
    'Subject: a',
    ...more,
  ]
  const isKept = async (header: string[], settings = settingsOf()) =>
    (await submitted(header, settings)).includes('DKIM-Signature')

  it('is taken out when the policy changes what it covers', async () => {
    const asDefault = settingsOf({ from: own, fromPolicy: 'default' })
    const onBehalf = settingsOf({ from: own, fromPolicy: 'onBehalf' })
    const header = signed('from:subject', ...usual)
    expect(await isKept(header)).toBe(true)
    expect(await isKept(header, asDefault)).toBe(false)
    expect(await isKept(header, onBehalf)).toBe(true)
    expect(await isKept(signed('from:sender', ...usual), onBehalf)).toBe(false)
  })

  it.each([
    ['a Date that it says is not there', signed('from:date', usual[1]!), false],
    ['a Message-ID that it says is not there', signed('From:Message-Id', usual[0]!), false],
    ['a Message-ID that it does not speak of', signed('from', usual[0]!), true],
    ['a Message-ID that is none', signed('from:message-id', usual[0]!, 'Message-ID: x'), false],
    ['Bcc taken out', signed('from:bcc', ...usual, 'Bcc: c@d.test'), false],
    ['Bcc taken out that it does not cover', signed('from', ...usual, 'Bcc: c@d.test'), true],
    ['an order taken out', signed('from:x-smtpapi', ...usual, 'X-SMTPAPI: {}'), false],
    ['an order taken out that it does not cover', signed('from', ...usual, 'X-PM-Tag: a'), true],
    ['two To made one', signed('from:to:to', ...usual, 'To: a@b.test', 'To: c@d.test'), false],
    ['one of two that are the same', signed('from:subject', ...usual, 'Subject: a'), true],
    ['NUL taken out', signed('from', ...usual, 'X-Nul: \0'), false],
    ['an X-Postern-Id of its own', signed('from:x-postern-id', ...usual, 'X-Postern-Id: x'), false],
  ])('after %s: kept or not as it holds', async (_what, header, kept) => {
    expect(await isKept(header)).toBe(kept)
  })

  it('of ARC goes with its whole set', async () => {
    const set = [
      'ARC-Seal: i=1',
      'ARC-Message-Signature: i=1; h=from:to; b=x',
      'ARC-Authentication-Results: i=1',
    ]
    const header = [...set, 'From: ann@caller.test', ...usual]
    expect(await submitted(header)).toContain(set.join('\r\n'))
    const asDefault = settingsOf({ from: own, fromPolicy: 'default' })
    expect(await submitted(header, asDefault)).not.toMatch(/^arc-/im)
  })
})

describe('From', () => {
  it.each([
    ['Acme, Inc. <ann@caller.test>', '"Acme, Inc." <ann@caller.test>'],
    ['Staff: Ann <ann@caller.test>;', 'Ann <ann@caller.test>'],
    ['ann@caller.test (see <eve@evil.test>)', 'ann@caller.test'],
    ['ann@caller.test, eve@evil', 'ann@caller.test, eve@evil'],
    ['ann@caller.test, <eve@evil.test', 'ann@caller.test'],
    ['"Ann" <ann@caller.test> <eve@evil.test>', 'ann@caller.test'],
    ['Gr\xfc\xdfe <ann@caller.test>', '=?UTF-8?Q?Gr=C3=BC=C3=9Fe?= <ann@caller.test>'],
  ])('that programs read differently is written so that they cannot: %s', async (from, left) => {
    const values = headerOf(await submitted([`From: ${from}`, ...usual]))
      .filter(({ name }) => name === 'from')
      .map(({ value }) => value)
    expect(values).toEqual([left])
  })
})

describe('fields given twice', () => {
  it('are one: lists joined, and what says the same said once', async () => {
    const values = headerOf(
      await submitted([
        ...[
          'From: ann@caller.test',
          'To: you@there.test',
          'To: bob@there.test',
          ...usual,
          ...usual,
        ],
        ...[
          'Subject: one',
          'subject:  one',
          'References: <a@b>',
          'References: <c@d>',
          'X-Own: 1',
          'X-Own: 2',
        ],
      ]),
    ).map(({ name, value }) => `${name}: ${value}`)
    expect(values.sort()).toEqual([
      'date: Thu, 01 Jan 2026 00:00:00 +0000',
      'from: ann@caller.test',
      'message-id: <ticket-42.1@desk.caller.test>',
      'references: <a@b> <c@d>',
      'subject: one',
      'to: you@there.test, bob@there.test',
      'x-own: 1',
      'x-own: 2',
      `x-postern-id: ${id}`,
    ])
  })

  it.each(['From', 'Subject', 'Message-ID', 'Content-Type'])(
    'are refused where they contradict each other: %s',
    (name) => {
      const mime = Buffer.from(`${name}: <a@b.test>\r\n${name}: <c@d.test>\r\n\r\nb`)
      expect(readRawRequest(mime, envelope)).toMatchObject({
        faults: [{ field: expect.stringMatching(new RegExp(name, 'i')) as string }],
      })
    },
  )
})

describe('an email that has no usable Message-ID', () => {
  it('gets the one of its record', async () => {
    const { messageId } = emailOf(requestFrom('Message-ID: nonsense\r\n\r\nb'))
    expect(await submitted(['Message-ID: nonsense'])).toContain(`Message-ID: ${messageId}\r\n`)
  })
})
