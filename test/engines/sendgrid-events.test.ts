import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../property-seed.ts'
import { readBatch, signalsIn } from '../../engines/sendgrid/events.ts'
import { idOf } from '../../mail/email/id.ts'
import { hourMs } from '../../mail/email/time.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const now = Date.UTC(2026, 10, 30)
const id = idOf('an email', now)

const common = {
  email: 'Ann@Example.org',
  timestamp: now / 1_000,
  sg_event_id: 'ZXZlbnQ',
  sg_message_id: 'm.filterdrecv-1',
  'smtp-id': '<m@sendgrid.net>',
  postern_id: id,
}

function meaning(fields: object) {
  const [signal] = signalsIn(Buffer.from(JSON.stringify([{ ...common, ...fields }]))) ?? []
  return signal
}

function signed(text: string, at = now, key = privateKey) {
  const body = Buffer.from(text)
  const timestamp = String(Math.floor(at / 1_000))
  const data = Buffer.concat([Buffer.from(timestamp), body])
  return { body, timestamp, signature: sign('sha256', data, key).toString('base64') }
}

describe('each type of event of SendGrid', () => {
  const bounce = { event: 'bounce', type: 'bounce' }
  const dropped = { event: 'dropped' }
  it.each<[string, object, object | undefined]>([
    ['processed', { event: 'processed' }, { kind: 'accepted' }],
    [
      'delivered',
      { event: 'delivered', response: '250 OK' },
      { kind: 'delivered', reported: true, text: '250 OK' },
    ],
    [
      'deferred',
      { event: 'deferred', response: '451 4.7.0 try later', attempt: '5' },
      { kind: 'delayed', text: '451 4.7.0 try later' },
    ],
    [
      'bounce of an address that is not there',
      { ...bounce, status: '5.1.1', reason: '550 5.1.1 no such user' },
      { kind: 'bounced', bounce: 'hard', reported: true, status: '5.1.1' },
    ],
    [
      'bounce without a status, by SendGrid’s own word',
      { ...bounce, bounce_classification: 'Invalid Address', reason: '550 no' },
      { kind: 'bounced', bounce: 'hard', word: 'Invalid Address' },
    ],
    [
      'bounce for reasons of policy, whatever SendGrid calls it',
      { ...bounce, bounce_classification: 'Invalid Address', status: '5.7.1' },
      { kind: 'bounced', bounce: 'policy' },
    ],
    ...[
      'Technical',
      'Content',
      'Reputation',
      'Frequency/Volume',
      'Mailbox Unavailable',
      'Unclassified',
      '',
    ].map((word): [string, object, object] => [
      `bounce that is ${word || 'not classified'}`,
      { ...bounce, bounce_classification: word, status: '5.0.0' },
      { kind: 'bounced', bounce: 'soft' },
    ]),
    [
      'bounce of type blocked, as a mailbox that is full',
      { event: 'bounce', type: 'blocked', status: '5.2.2', reason: '552 5.2.2 over quota' },
      { kind: 'bounced', bounce: 'soft', status: '5.2.2' },
    ],
    [
      'blocked with the status of an unknown address',
      { event: 'bounce', type: 'blocked', status: '5.1.1' },
      { kind: 'bounced', bounce: 'soft' },
    ],
    ['blocked as an event of its own', { event: 'blocked' }, { kind: 'bounced', bounce: 'soft' }],
    [
      'dropped: Bounced Address',
      { ...dropped, reason: 'Bounced Address' },
      { kind: 'suppressed', origin: 'bounce' },
    ],
    [
      'dropped: Spam Reporting Address',
      { ...dropped, reason: 'Spam Reporting Address' },
      { kind: 'suppressed', origin: 'complaint' },
    ],
    [
      'dropped: Invalid',
      { ...dropped, reason: 'Invalid' },
      { kind: 'suppressed', origin: 'bounce' },
    ],
    [
      'dropped: Unsubscribed Address',
      { ...dropped, reason: 'Unsubscribed Address' },
      { kind: 'suppressed', spared: true },
    ],
    ...['Invalid SMTPAPI header', 'Spam Content', 'Recipient List over Package Quota', ''].map(
      (reason): [string, object, object] => [
        `dropped: ${reason || 'without a reason'}`,
        { ...dropped, reason },
        { kind: 'rejected' },
      ],
    ),
    ['spamreport', { event: 'spamreport' }, { kind: 'complained' }],
    ['unsubscribe', { event: 'unsubscribe' }, { kind: 'unsubscribed' }],
    [
      'group_unsubscribe',
      { event: 'group_unsubscribe', asm_group_id: 12 },
      { kind: 'unsubscribed', list: '12' },
    ],
    ['group_resubscribe', { event: 'group_resubscribe', asm_group_id: 12 }, undefined],
    [
      'open by a machine',
      { event: 'open', useragent: 'Mozilla', ip: '192.0.2.1', sg_machine_open: true },
      { kind: 'opened', visit: { userAgent: 'Mozilla', ip: '192.0.2.1', automated: true } },
    ],
    [
      'click',
      { event: 'click', url: 'https://own.test/a' },
      { kind: 'clicked', visit: { link: 'https://own.test/a' } },
    ],
    ['account_status_change', { event: 'account_status_change' }, undefined],
    ['one that is new', { event: 'teleported' }, undefined],
  ])('%s', (_, fields, expected) => {
    const signal = meaning(fields)
    if (!expected) return expect(signal).toBeUndefined()
    expect(signal).toMatchObject({
      source: 'sendgrid',
      key: 'ZXZlbnQ',
      at: now,
      address: 'Ann@Example.org',
      emailId: id,
      ...expected,
    })
  })

  // Public fault 10: sendgrid/docs#5177.
  it('without our id, as an asynchronous bounce, is known by its address', () => {
    const fields = { event: 'bounce', type: 'bounce', status: '5.1.1', sg_message_id: '' }
    const signal = meaning({ ...fields, postern_id: undefined })
    expect(signal).toMatchObject({ kind: 'bounced', bounce: 'hard', address: 'Ann@Example.org' })
    expect(signal).not.toHaveProperty('emailId')
  })

  it.each([
    ['no id of its own', { sg_event_id: '' }],
    ['no address', { email: 7 }],
    ['no time', { timestamp: 'soon' }],
    ['a time of never', { timestamp: -1 }],
  ])('is left out with %s', (_, fields) => {
    expect(meaning({ event: 'delivered', ...fields })).toBeUndefined()
  })

  it('takes no id of ours that is none', () => {
    expect(meaning({ event: 'delivered', postern_id: '../x' })).not.toHaveProperty('emailId')
  })
})

describe('a batch', () => {
  const events = (text: string) => readBatch(signed(text), spki, now)
  const two = `[${JSON.stringify({ ...common, event: 'processed' })},\r\n${JSON.stringify({ ...common, sg_event_id: 'other', event: 'delivered' })}]\r\n`

  it('is read when SendGrid signed its bytes, line ends between events included', () => {
    expect(events(two)).toMatchObject([{ kind: 'accepted' }, { kind: 'delivered' }])
  })

  it('is refused when one byte is another, or another key signed it', () => {
    const whole = signed(two)
    const body = Buffer.from(two.replace('\r\n', '\n'))
    expect(readBatch({ ...whole, body }, spki, now)).toBe('unsigned')
    const { privateKey: foreign } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(readBatch(signed(two, now, foreign), spki, now)).toBe('unsigned')
  })

  const file = '../../../shared/testdata/webhooks/sendgrid-event-webhook.json'
  const vectors = join(import.meta.dirname, file)
  it.skipIf(!existsSync(vectors))(
    'is read when SendGrid’s own library would, and only then (../shared/testdata)',
    () => {
      const { vectors: all } = JSON.parse(readFileSync(vectors, 'utf8')) as {
        vectors: { public_key: string; signature: string; timestamp: string; payload: string }[]
      }
      const taken = all.map(({ public_key, payload, ...rest }) => {
        const batch = { ...rest, body: Buffer.from(payload) }
        const then = Number(rest.timestamp) * 1_000
        for (const other of [payload.trimEnd(), payload.replace('gmail', 'gmial'), `${payload} `])
          if (other !== payload)
            expect(readBatch({ ...batch, body: Buffer.from(other) }, public_key, then)).toBe(
              'unsigned',
            )
        return readBatch(batch, public_key, then)
      })
      expect(taken).toMatchObject([
        [{ kind: 'suppressed', origin: 'bounce', address: 'hello@world.com' }],
        [{ kind: 'accepted' }, { kind: 'bounced', bounce: 'soft', status: '5.2.2' }],
      ])
    },
  )

  it('is taken for 25 hours, because SendGrid tries for a day, and no longer', () => {
    const at = (age: number) => readBatch(signed(two, now - age), spki, now)
    expect(at(25 * hourMs)).toHaveLength(2)
    expect(at(25 * hourMs + 1_000)).toBe('unsigned')
    expect(at(-10 * 60_000)).toBe('unsigned')
  })

  it.each(['', 'x', '1e9', '99999999999999999999', '-1'])(
    'is refused with the time %j',
    (timestamp) => expect(readBatch({ ...signed(two), timestamp }, spki, now)).toBe('unsigned'),
  )

  it.each(['', 'x', 'AAAA', 'A'.repeat(10_000)])('is refused with the signature %#', (signature) =>
    expect(readBatch({ ...signed(two), signature }, spki, now)).toBe('unsigned'),
  )

  it('is refused with a signature in the form that is not DER', () => {
    const { body, timestamp } = signed(two)
    const data = Buffer.concat([Buffer.from(timestamp), body])
    const raw = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const signature = raw.toString('base64')
    expect(readBatch({ body, timestamp, signature }, spki, now)).toBe('unsigned')
  })

  it.each(['', '{}', 'null', '[', '"x"'])('that is %j is not readable', (text) =>
    expect(events(text)).toBe('unreadable'),
  )

  it('of odd members says what the others say', () => {
    const odd = `[null, 7, "x", [], {}, {"__proto__": {"event": "bounce"}}, ${JSON.stringify({ ...common, event: 'delivered' })}]`
    expect(events(odd)).toMatchObject([{ kind: 'delivered' }])
  })

  it('of any JSON is read without an error', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('bounce', 'dropped', 1, '5.1.1', id))
    const names = ['event', 'email', 'timestamp', 'sg_event_id', 'reason', 'status', 'type', 'url']
    const event = fc.dictionary(fc.constantFrom(...names), value)
    fc.assert(
      fc.property(fc.array(fc.oneof(event, fc.jsonValue())), (batch) => {
        expect(Array.isArray(events(JSON.stringify(batch)))).toBe(true)
      }),
    )
  })
})
