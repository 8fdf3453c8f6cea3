import { describe, expect, it } from 'vitest'
import { type EmailRequest, readEmailRequest } from '../../../mail/request/email-request.ts'
import { faultsOf, now, plainBody, requestOf } from '../compose/composing.ts'
import { cpuClock } from '../../cpu-clock.ts'

const minute = 60_000
const day = 86_400_000

describe('the body of POST /emails', () => {
  it('is read with every field it may have', () => {
    const request = requestOf({
      from: 'Ann <ann@caller.test>',
      to: ['bob@there.test', '"C, D" <c@there.test>'],
      cc: 'cc@there.test',
      bcc: ['bcc@there.test'],
      reply_to: ['replies@caller.test'],
      subject: 'Grüße',
      html: '<p>hello</p>',
      text: 'hello',
      headers: { 'X-Ref': '1' },
      tags: [{ name: 'kind', value: 'welcome' }],
      attachments: [{ filename: 'a.txt', content: 'YQ==' }],
      scheduled_at: '2026-01-02T00:00:00Z',
    })
    expect(request).toEqual({
      from: { address: 'ann@caller.test', name: 'Ann' },
      to: [{ address: 'bob@there.test' }, { address: 'c@there.test', name: 'C, D' }],
      cc: [{ address: 'cc@there.test' }],
      bcc: [{ address: 'bcc@there.test' }],
      replyTo: [{ address: 'replies@caller.test' }],
      subject: 'Grüße',
      tags: [{ name: 'kind', value: 'welcome' }],
      scheduledAt: now + day,
      content: {
        kind: 'structured',
        html: '<p>hello</p>',
        text: 'hello',
        headers: { 'X-Ref': '1' },
        attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: 'YQ==' }],
      },
    } satisfies EmailRequest)
  })

  it('may hold null for every field that may be absent, and unknown fields', () => {
    const absent = Object.fromEntries(
      [
        ...['cc', 'bcc', 'reply_to', 'html', 'headers', 'tags', 'attachments', 'scheduled_at'],
        ...['topic_id', 'stream', 'unsubscribe'],
      ].map((name) => [name, null]),
    )
    const unknown = { react: {}, constructor: 'x', toString: null }
    expect(requestOf({ ...plainBody, ...absent, ...unknown })).toEqual(requestOf(plainBody))
  })

  it('says who gets answers and when it leaves in the spelling of JavaScript too', () => {
    const [replyTo, scheduledAt] = ['replies@caller.test', '2026-01-02T00:00:00Z']
    expect(requestOf({ ...plainBody, replyTo, scheduledAt, scheduled_at: null })).toEqual(
      requestOf({ ...plainBody, reply_to: replyTo, scheduled_at: scheduledAt }),
    )
    expect(faultsOf({ ...plainBody, scheduledAt: 'whenever' })).toMatchObject([
      { field: 'scheduled_at' },
    ])
  })

  it('takes "" and [""] for absent too, and leaves an empty entry of a list out', () => {
    const names = ['cc', 'bcc', 'reply_to', 'html', 'headers', 'tags', 'attachments']
    for (const empty of ['', ['']]) {
      const absent = Object.fromEntries([...names, 'scheduled_at'].map((name) => [name, empty]))
      expect(requestOf({ ...plainBody, ...absent })).toEqual(requestOf(plainBody))
      expect(requestOf({ ...plainBody, from: empty }).from).toEqual({})
      expect(faultsOf({ ...plainBody, to: empty })).toMatchObject([
        { field: 'to', kind: 'missing' },
      ])
    }
    expect(requestOf({ ...plainBody, to: ['', 'bob@there.test'] })).toEqual(requestOf(plainBody))
    expect(requestOf({ ...plainBody, html: '<p>a</p>', text: '' }).content).toMatchObject({
      text: '',
    })
    expect(requestOf({ ...plainBody, subject: '' }).subject).toBe('')
  })

  it('may have headers as they stand in one, folded', () => {
    const [folded, flat] = ['=?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe?=', '<a@b.cd>\n\t<c@b.cd>']
    const request = requestOf({ ...plainBody, headers: { 'X-A': folded, References: flat } })
    expect(request.content).toMatchObject({
      headers: {
        'X-A': '=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe?=',
        References: '<a@b.cd> <c@b.cd>',
      },
    })
    for (const broken of ['a\r\nBcc: x@evil.test', 'a\n', 'a\r b'])
      expect(faultsOf({ ...plainBody, headers: { 'X-A': broken } })).toHaveLength(1)
  })

  it('may have its tags as an object, or as objects in a list', () => {
    const pairs = [
      { name: 'kind', value: 'welcome' },
      { name: 'try', value: '2' },
    ]
    const wanted = requestOf({ ...plainBody, tags: pairs }).tags
    expect(wanted).toEqual(pairs)
    for (const tags of [{ kind: 'welcome', try: 2 }, [{ kind: 'welcome' }, { try: '2' }]])
      expect(requestOf({ ...plainBody, tags }).tags).toEqual(wanted)
    expect(requestOf({ ...plainBody, tags: {} }).tags).toEqual([])
    expect(faultsOf({ ...plainBody, tags: { 'a b': 'c' } })).toMatchObject([
      { field: 'tags.0.name' },
    ])
  })

  it.each<[string, unknown, string, string]>([
    ['no recipient', { to: undefined }, 'to', 'missing'],
    ['null to send to', { to: null }, 'to', 'missing'],
    ['an empty list to send to', { to: [] }, 'to', 'invalid'],
    ['a number to send to', { to: 7 }, 'to', 'invalid'],
    ['a number among the recipients', { to: ['a@b.cd', 7] }, 'to.1', 'invalid'],
    ['no address among the recipients', { cc: ['a@b.cd', 'nobody'] }, 'cc.1', 'invalid'],
    ['a list in one string', { to: 'a@b.cd, c@d.ef' }, 'to.0', 'invalid'],
    ['no subject', { subject: undefined }, 'subject', 'missing'],
    ['a subject of two lines', { subject: 'a\r\nb' }, 'subject', 'invalid'],
    ['a subject of 999 characters', { subject: 'é'.repeat(999) }, 'subject', 'invalid'],
    ['neither html nor text', { text: undefined }, 'html', 'missing'],
    ['text with NUL', { text: 'a\0b' }, 'text', 'invalid'],
    ['html with half a surrogate pair', { html: 'a\ud800b' }, 'html', 'invalid'],
    ['a sender that is no mailbox', { from: 'Ann' }, 'from', 'from'],
    ['a sender with a line break in the name', { from: 'A\r\nB <>' }, 'from', 'from'],
    ['a header that adds recipients', { headers: { Bcc: 'a@b.cd' } }, 'headers.Bcc', 'invalid'],
    ['a header that is no text', { headers: { 'X-A': {} } }, 'headers.X-A', 'invalid'],
    ['a header that is named twice', { headers: { 'X-A': 'a', 'x-a': 'b' } }, 'headers', 'invalid'],
    ['headers in a list', { headers: ['X-A: a'] }, 'headers', 'invalid'],
    ['a tag that is no word', { tags: [{ name: 'a b', value: 'c' }] }, 'tags.0.name', 'invalid'],
    ['a tag without a value', { tags: [{ name: 'a' }] }, 'tags.0.value', 'missing'],
    ['attachments that are no list', { attachments: {} }, 'attachments', 'attachment'],
    ['an unknown order', { onAmbiguous: 'panic' }, 'onAmbiguous', 'invalid'],
  ])('is refused with %s', (_, change, field, kind) => {
    const faults = faultsOf({ ...plainBody, ...(change as object) })
    expect(faults.map((fault) => [fault.field, fault.kind])).toEqual([[field, kind]])
  })

  it.each([undefined, null, 'text', 7, [], [plainBody]])('that is %j is refused', (body) => {
    expect(faultsOf(body)).toMatchObject([
      { field: 'body', rule: 'the body must be a JSON object' },
    ])
  })

  it('tells every fault at once', () => {
    const faults = faultsOf({ to: 'a@b.cd', cc: 'nobody', subject: 'a\nb', html: 1, tags: 'x' })
    expect(faults.map(({ field }) => field)).toEqual(['cc.0', 'subject', 'html', 'tags'])
  })

  it('may leave the address of the sender, or all of it, to the default', () => {
    const from = (text?: string) => requestOf({ ...plainBody, from: text }).from
    expect(from()).toEqual({})
    expect(from('Ann <>')).toEqual({ name: 'Ann' })
    expect(from(' <>')).toEqual({})
  })

  it('may hold keys that stand for something else in JavaScript', () => {
    const body = JSON.parse(
      `{"__proto__":{"to":"victim@evil.test","bcc":"victim@evil.test"},"constructor":{"prototype":{}},
        "to":"a@b.cd","subject":"s","text":"t",
        "headers":{"constructor":"c","X-A":"b","__proto__":"x"},"tags":[{"name":"a","value":"b","__proto__":{}}]}`,
    ) as unknown
    const request = requestOf(body)
    expect(request.to).toEqual([{ address: 'a@b.cd' }])
    expect(request.bcc).toEqual([])
    const { content } = request
    if (content.kind !== 'structured') throw new Error('structured content was given')
    expect(Object.entries(content.headers)).toEqual([
      ['constructor', 'c'],
      ['X-A', 'b'],
    ])
    expect(Object.getPrototypeOf(content.headers)).toBe(Object.prototype)
    expect(
      faultsOf(JSON.parse('{"__proto__":{"to":"a@b.cd"},"subject":"s","text":"t"}')),
    ).toMatchObject([{ field: 'to', kind: 'missing' }])
  })
})

describe('recipients', () => {
  const many = (count: number, where: string) =>
    Array.from({ length: count }, (_, i) => `${where}${i}@there.test`)

  it('may be fifty in each field', () => {
    const lists = { to: many(50, 'to'), cc: many(50, 'cc') }
    expect(faultsOf({ ...plainBody, ...lists, bcc: many(50, 'bcc') })).toEqual([])
    expect(faultsOf({ ...plainBody, ...lists, bcc: many(51, 'bcc') })).toMatchObject([
      { field: 'bcc', rule: 'at most 50 addresses' },
    ])
  })

  it('are counted before any of them is read', () => {
    const list = Array.from({ length: 10_000 }, () => 'nobody')
    expect(faultsOf({ ...plainBody, to: list })).toEqual([
      { field: 'to', rule: 'at most 50 addresses', kind: 'invalid' },
    ])
  })

  it.each([
    ['10,000 recipients', { to: many(10_000, 'to') }],
    ['a megabyte of commas', { to: ','.repeat(1_000_000) }],
    ['a megabyte of commas as the sender', { from: ','.repeat(1_000_000) }],
    ['a megabyte of open brackets', { from: '<'.repeat(1_000_000) }],
    ['a megabyte of one header', { headers: { 'X-A': 'a '.repeat(500_000) } }],
    ['10,000 headers', { headers: Object.fromEntries(many(10_000, 'X').map((k) => [k, 'a'])) }],
    ['a megabyte of a time', { scheduled_at: '2026-01-02T00:00:00'.repeat(50_000) }],
  ])('%s are judged in linear time', (_, change) => {
    const spent = cpuClock()
    expect(faultsOf({ ...plainBody, ...change })).not.toEqual([])
    // Some milliseconds; quadratic work on a megabyte takes minutes.
    expect(spent()).toBeLessThan(2_000)
  })
})

describe('text and html', () => {
  it.each(['text', 'html'])('%s of more than a million lines is too large to carry', (field) => {
    const lines = '\n'.repeat(1_000_001)
    expect(faultsOf({ ...plainBody, [field]: lines })).toEqual([
      { field, rule: 'more than 1000000 lines', kind: 'tooLarge' },
    ])
    expect(faultsOf({ ...plainBody, [field]: lines.slice(2) })).toEqual([])
  })
})

describe('scheduled_at', () => {
  it.each([
    ['2026-01-02T00:00:00Z', day],
    ['2026-01-02T00:00:00.000Z', day],
    ['2026-01-02T00:00:00.123456+00:00', day + 123],
    ['2026-01-02T00:00Z', day],
    ['2026-01-02 00:00:00+00', day],
    ['2026-01-02T01:30:00+01:30', day],
    ['2026-01-02T01:30:00+0130', day],
    ['2026-01-01T16:00:00-08', day],
    ['2026-01-02T00:00:00', day],
    ['2026-01-02 00:00', day],
    ['2026-01-31T00:00:00Z', 30 * day],
    ['2026-01-01T00:00:00Z', 0],
  ])('%s is understood', (scheduled_at, after) => {
    expect(requestOf({ ...plainBody, scheduled_at }).scheduledAt).toBe(now + after)
  })

  it.each([
    ['2025-12-31T23:59:59Z', /passed/],
    ['2026-01-31T00:00:01Z', /30 days/],
    ['2026-01-01', /ISO 8601/],
    ['2026-02-31T00:00:00Z', /ISO 8601/],
    ['2026-02-29T00:00:00Z', /ISO 8601/],
    ['2026-13-01T00:00:00Z', /ISO 8601/],
    ['2026-01-02T25:00:00Z', /ISO 8601/],
    ['2026-01-02T00:60:00Z', /ISO 8601/],
    ['2026-01-02T00:00:00+24:00', /ISO 8601/],
    ['2026-01-02T00:00:00+01:', /ISO 8601/],
    ['2026-01-02T00:00:00Z+01:00', /ISO 8601/],
    ['+002026-01-02T00:00:00Z', /ISO 8601/],
    ['in 5 minutes', /ISO 8601/],
    ['1767312000000', /ISO 8601/],
  ])('%s is refused', (scheduled_at, rule) => {
    expect(faultsOf({ ...plainBody, scheduled_at })).toMatchObject([
      { field: 'scheduled_at', rule: expect.stringMatching(rule) as string },
    ])
  })

  it('is judged by the time at which it is read', () => {
    const body = { ...plainBody, scheduled_at: '2026-01-01T00:01:00Z' }
    expect(readEmailRequest(body, now + minute)).toHaveProperty('request')
    expect(readEmailRequest(body, now + minute + 1)).toHaveProperty('faults')
  })
})

it('the content may have 40 MB after base64, not a byte more', () => {
  const content = 'A'.repeat(39_999_992)
  const body = { ...plainBody, text: '', attachments: [{ filename: 'a', content }] }
  expect(faultsOf({ ...body, html: '12345678' })).toEqual([])
  expect(faultsOf({ ...body, html: '123456789' })).toMatchObject([
    { field: 'attachments', kind: 'tooLarge' },
  ])
})

describe('headers', () => {
  const asked = (headers: unknown, change: object = {}) =>
    requestOf({ ...plainBody, ...change, headers })
  const kept = (headers: unknown) => {
    const { content } = asked(headers)
    return content.kind === 'structured' ? content.headers : undefined
  }

  it('may be what PHP makes of none', () => {
    expect(asked([])).toEqual(requestOf(plainBody))
  })

  it('are text, also as numbers, booleans and lists, and left out when empty', () => {
    const given = { 'X-A': 1, 'X-B': true, 'X-C': ['a', 'b'], 'X-D': ' d\t', x_e: 'e' }
    const empty = { 'X-0': '', 'X-1': null, 'X-2': ' ', 'X-3': [], 'X-4': [''] }
    expect(kept({ ...given, ...empty })).toEqual({
      'X-A': '1',
      'X-B': 'true',
      'X-C': 'a, b',
      'X-D': 'd',
      x_e: 'e',
    })
  })

  it.each([
    ['Date', 'Mon, 30 Nov 2026 10:00:00 +0000'],
    ['MIME-Version', '1.0'],
    ['Content-Type', 'text/html;\r\n charset=utf-8'],
    ['content-transfer-encoding', '7bit'],
    ['Content-ID', '<a@b>'],
    ['Sender', 'Other <other@elsewhere.test>'],
    ['Return-Path', '<bounces@elsewhere.test>'],
    ['X-Postern-Id', '1'],
    ['Message-ID', 'no id'],
  ])('that Postern writes are left out, which the timeline tells: %s', (name, value) => {
    const { notes, ...request } = asked({ [name]: value })
    expect(request).toEqual(requestOf(plainBody))
    expect(notes).toEqual([`left out: the header ${name}, which Postern writes`])
  })

  it('choose the Message-ID', () => {
    expect(asked({ 'message-id': '<ticket-42.1@desk.example.com>' })).toEqual({
      ...requestOf(plainBody),
      messageId: '<ticket-42.1@desk.example.com>',
    })
  })

  it('choose the Reply-To where no field does', () => {
    const headers = { 'Reply-To': '"Help, Desk" <help@caller.test>, Grüße <second@caller.test>' }
    expect(asked(headers)).toEqual({
      ...requestOf(plainBody),
      replyTo: [
        { address: 'help@caller.test', name: 'Help, Desk' },
        { address: 'second@caller.test', name: 'Grüße' },
      ],
    })
    const { replyTo, notes } = asked(headers, { reply_to: 'field@caller.test' })
    expect(replyTo).toEqual([{ address: 'field@caller.test' }])
    expect(notes).toEqual(['left out: the header Reply-To, which has a field of its own'])
  })

  it('that repeat a field are left out', () => {
    const repeated = {
      From: 'ann@caller.test',
      to: 'Bob <BOB@there.test>',
      CC: 'c@there.test',
      Bcc: 'd@there.test',
      Subject: '=?utf-8?q?Hello?=',
    }
    const lists = { cc: ['c@there.test', 'other@there.test'], bcc: 'd@there.test' }
    const { notes, ...request } = asked(repeated, lists)
    expect(request).toEqual(requestOf({ ...plainBody, ...lists }))
    expect(notes).toHaveLength(5)
  })

  it.each(['X-MC-Tags', 'x-mailgun-tag', 'X-PM-Message-Stream', 'X-MJ-CustomID'])(
    'are left out where they give orders to a provider: %s',
    (name) => {
      const { notes = [], ...request } = requestOf({ ...plainBody, headers: { [name]: 'a' } })
      expect(request).toEqual(requestOf(plainBody))
      expect(notes).toEqual([`left out: the header ${name}, which gives orders to a provider`])
    },
  )

  it.each([
    ['From', 'other@caller.test'],
    ['To', 'bob@there.test, other@there.test'],
    ['Cc', 'other@there.test'],
    ['Bcc', 'bob@there.test'],
    ['Subject', 'Another'],
    ['To', 'nobody'],
    ['Reply-To', 'nobody'],
    ['Reply-To', 'a@caller.test\r\nBcc: b@evil.test'],
    ['Errors-To', 'a@caller.test'],
    ['X-SMTPAPI', '{}'],
    ['X-MQ-Envelope', 'other@there.test'],
    ['Resent-To', 'a@caller.test'],
    ['Received', 'from a by b'],
  ])('are refused when they would say something else, or to someone else: %s', (name, value) => {
    expect(faultsOf({ ...plainBody, headers: { [name]: value } })).toMatchObject([
      { field: `headers.${name}`, kind: 'invalid' },
    ])
  })
})
