import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSesEvent } from '../../engines/ses/events.ts'
import type { Signal } from '../../mail/email/signal.ts'
import { report } from '../../mail/report/report.ts'
import { anEmail, noon } from '../conformance/email-samples.ts'

const email = anEmail({
  state: 'sent',
  recipients: [
    { address: 'ann@there.test', state: 'sent' },
    { address: 'bob@there.test', state: 'sent' },
  ],
})
const [ann, bob] = ['ann@there.test', 'bob@there.test'] as const
const at = '2026-01-01T12:00:05.000Z'

/** As SES publishes it, to a queue with raw delivery. */
function eventOf(eventType: string, details: object, mail: object = {}): string {
  return JSON.stringify({
    eventType,
    mail: {
      timestamp: '2026-01-01T12:00:00.000Z',
      messageId: '0100018-msg',
      source: 'app@example.com',
      destination: [ann, bob],
      tags: { postern_id: [email.id], 'ses:configuration-set': ['postern'] },
      ...mail,
    },
    ...details,
  })
}

function signalsOf(body: string): readonly Signal[] {
  const event = readSesEvent(body)
  if (event.kind !== 'signals') throw new Error(event.kind)
  return event.signals
}

interface Row {
  readonly type: string
  readonly subtype: string
  readonly status?: string
  readonly said?: string
}

function bounceOf({ type, subtype, status, said }: Row, address: string = ann): string {
  const report = {
    ...(status && { action: 'failed', status }),
    ...(said && { diagnosticCode: said }),
  }
  return eventOf('Bounce', {
    bounce: {
      bounceType: type,
      bounceSubType: subtype,
      timestamp: at,
      feedbackId: 'fb-1',
      bouncedRecipients: [{ emailAddress: address, ...report }],
    },
  })
}

/** What it makes of the recipient, and whether the address is suppressed. */
function outcomeOf(body: string) {
  const [signal] = signalsOf(body)
  const { change, suppression, event } = report(email, signal!, noon)
  const state = change?.recipients?.[0]?.state ?? 'sent'
  return { state, suppressed: suppression?.cause.reason, event: event?.type }
}

describe('a bounce that Amazon SES tells of', () => {
  const dsn = { status: '5.2.2', said: 'smtp; 552 5.2.2 mailbox full' }
  const gone = { status: '5.1.1', said: 'smtp; 550 5.1.1 no such user' }
  it.each([
    ['Permanent', 'General', gone, 'bounced', 'bounce'],
    ['Permanent', 'General', {}, 'bounced', 'bounce'],
    ['Permanent', 'NoEmail', {}, 'bounced', 'bounce'],
    ['Permanent', 'Suppressed', {}, 'suppressed', 'bounce'],
    ['Permanent', 'OnAccountSuppressionList', {}, 'suppressed', 'bounce'],
    ['Permanent', 'OnTenantSuppressionList', {}, 'suppressed', 'bounce'],
    ['Permanent', 'EmailValidationSuppressed', {}, 'suppressed', undefined],
    ['Permanent', 'UnsubscribedRecipient', {}, 'suppressed', undefined],
    ['Transient', 'General', dsn, 'bounced', undefined],
    ['Transient', 'MailboxFull', dsn, 'bounced', undefined],
    ['Transient', 'CustomTimeoutExceeded', {}, 'bounced', undefined],
    ['Transient', 'MessageTooLarge', {}, 'bounced', undefined],
    ['Transient', 'ContentRejected', {}, 'bounced', undefined],
    ['Transient', 'AttachmentRejected', {}, 'bounced', undefined],
    ['Undetermined', 'Undetermined', {}, 'bounced', undefined],
  ])('%s/%s with %j makes the recipient %4$s', (type, subtype, report, state, suppressed) => {
    expect(outcomeOf(bounceOf({ type, subtype, ...report }))).toMatchObject({ state, suppressed })
  })

  it('without a report is an automatic reply, which changes nothing', () => {
    const body = bounceOf({ type: 'Transient', subtype: 'General' })
    expect(signalsOf(body)).toMatchObject([{ kind: 'bounced', bounce: 'autoReply' }])
    expect(outcomeOf(body)).toEqual({ state: 'sent', suppressed: undefined, event: undefined })
  })

  it('is judged by its status where SES calls it something else', () => {
    const said = 'smtp; 550 5.1.1 user unknown'
    const mislabeled = { type: 'Transient', subtype: 'General', status: '5.3.0', said }
    expect(outcomeOf(bounceOf(mislabeled)).suppressed).toBe('bounce')
    const reputation = 'smtp; 550-5.7.1 our system has detected'
    for (const type of ['Permanent', 'Transient']) {
      const body = bounceOf({ type, subtype: 'General', status: '5.7.1', said: reputation })
      expect(signalsOf(body)).toMatchObject([{ bounce: 'policy' }])
      expect(outcomeOf(body).suppressed).toBeUndefined()
    }
  })

  it('says of whom it speaks, and of no one where that is not known', () => {
    const gone = { type: 'Permanent', subtype: 'NoEmail' }
    expect(signalsOf(bounceOf(gone, 'BOB@there.test'))).toMatchObject([
      { address: 'BOB@there.test' },
    ])
    const [forwarded] = signalsOf(bounceOf(gone, 'x@elsewhere.test'))
    expect(forwarded).not.toHaveProperty('address')
    expect(report(email, forwarded!, noon)).not.toHaveProperty('suppression')
  })
})

describe('what else Amazon SES tells of', () => {
  const one = (name: string, details: object, mail?: object) =>
    signalsOf(eventOf(name, details, mail))
  const complaint = (fields: object) =>
    one('Complaint', {
      complaint: {
        timestamp: at,
        feedbackId: 'fb-2',
        complainedRecipients: [{ emailAddress: bob }],
        ...fields,
      },
    })

  it('is a signal for each recipient that it names', () => {
    const delivery = { timestamp: at, recipients: [bob], smtpResponse: '250 ok\r\n' }
    expect(one('Delivery', { delivery })).toMatchObject([
      { kind: 'delivered', address: bob, at: Date.parse(at), emailId: email.id, text: '250 ok' },
    ])
    expect(one('Send', { send: {} }).map(({ kind, address }) => [kind, address])).toEqual([
      ['accepted', ann],
      ['accepted', bob],
    ])
    const delayedRecipients = [{ emailAddress: ann, status: '4.2.2', diagnosticCode: 'full' }]
    const deliveryDelay = { timestamp: at, delayType: 'MailboxFull', delayedRecipients }
    expect(one('DeliveryDelay', { deliveryDelay })).toMatchObject([
      { kind: 'delayed', address: ann, word: 'MailboxFull', status: '4.2.2' },
    ])
    expect(one('Reject', { reject: { reason: 'Bad content' } })).toMatchObject([
      { kind: 'rejected', address: ann, text: 'Bad content' },
      { kind: 'rejected', address: bob },
    ])
  })

  it.each([
    [{ complaintFeedbackType: 'abuse' }, 'complained'],
    [{}, 'complained'],
    [{ complaintFeedbackType: 'not-spam' }, 'accepted'],
    [{ complaintFeedbackType: 'auth-failure' }, 'accepted'],
    [{ complaintSubType: 'OnAccountSuppressionList' }, 'suppressed'],
    [{ complaintSubType: null }, 'complained'],
  ])('is a complaint with %j only where one was made: %s', (fields, kind) => {
    expect(complaint(fields)).toMatchObject([{ kind, address: bob }])
  })

  it('is a visit, which names no recipient', () => {
    const click = { timestamp: at, link: 'https://a.test/', userAgent: 'x', ipAddress: '192.0.2.1' }
    const [signal] = one('Click', { click })
    expect(signal).toMatchObject({ kind: 'clicked', visit: { link: 'https://a.test/' } })
    expect(signal).not.toHaveProperty('address')
  })

  it('has one key for all copies, and another for any other', () => {
    const delivery = (recipient: string, timestamp = at) =>
      one('Delivery', { delivery: { timestamp, recipients: [recipient] } })[0]!.key
    expect(delivery(ann)).toBe(delivery(ann))
    const keys = [delivery(ann), delivery(bob), delivery(ann, noonText), complaint({})[0]!.key]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('is passed over where it is new or of no use here', () => {
    expect(one('Rendering Failure', { failure: {} })).toEqual([])
    expect(one('Subscription', {})).toEqual([])
    expect(one('SomethingNew', {})).toEqual([])
  })
})

const noonText = new Date(noon).toISOString()

describe('what is no event of ours', () => {
  it('is foreign without our tag, whatever it says', () => {
    for (const tags of [undefined, {}, { postern_id: ['7'] }, { postern_id: 7 }])
      expect(readSesEvent(eventOf('Bounce', { bounce: {} }, { tags })).kind).toBe('foreign')
  })

  it.each([
    ['', '[]', 'null', '{}', '{"eventType":"Bounce"}', 'x'.repeat(400_000)],
    [eventOf('Delivery', { delivery: { recipients: [ann], timestamp: 'never' } })],
  ])('cannot be read: %#', (...bodies) => {
    for (const body of bodies) expect(readSesEvent(body).kind).toBe('unreadable')
  })

  it('never suppresses and never throws, however it is broken', () => {
    const whole = bounceOf({ type: 'Permanent', subtype: 'General', status: '5.1.1' })
    fc.assert(
      fc.property(fc.nat(whole.length), fc.anything(), (cut, junk) => {
        expect(['unreadable', 'signals']).toContain(readSesEvent(whole.slice(0, cut)).kind)
        const odd = { bounce: junk, mail: junk, delivery: junk, complaint: junk }
        for (const name of ['Bounce', 'Delivery', 'Complaint', 'DeliveryDelay', 'Open', 'Send'])
          expect(readSesEvent(JSON.stringify({ eventType: name, ...odd })).kind).toBe('unreadable')
        readSesEvent(eventOf('Bounce', odd, {}))
      }),
    )
  })

  const vectors = join(import.meta.dirname, '../../../shared/testdata/webhooks/sns-vectors.json')
  it.skipIf(!existsSync(vectors))(
    'is what SNS posts to others, signed or not (../shared/testdata)',
    () => {
      const { cases } = JSON.parse(readFileSync(vectors, 'utf8')) as {
        cases: { name: string; message: unknown }[]
      }
      expect(cases.length).toBeGreaterThan(20)
      for (const { name, message } of cases) {
        const wrapped = typeof message === 'string' ? message : JSON.stringify(message ?? {})
        expect([name, readSesEvent(wrapped).kind]).toEqual([name, 'unreadable'])
        const inner = (message as { Message?: unknown } | undefined)?.Message
        if (typeof inner === 'string') expect(readSesEvent(inner).kind).not.toBe('signals')
      }
    },
  )
})
