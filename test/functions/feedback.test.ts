import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Email } from '../../mail/email/email.ts'
import { reporter } from '../../functions/feedback/reporter.ts'
import { onAws } from '../backends/aws/emulated.ts'
import type { VirtualAws } from '../backends/aws/places.ts'
import type { AwsFault } from '../remote/aws-front.ts'
import { anEmail } from '../conformance/email-samples.ts'
import { aRecord } from './sqs-record.ts'

const ann = 'ann@there.test'

/** An event as Amazon SES publishes it. */
function eventOf(name: string, details: object, tags: object, destination = [ann]): string {
  const timestamp = '2026-01-01T12:00:00.000Z'
  const mail = { timestamp, messageId: '0100018-msg', destination, tags }
  return JSON.stringify({ eventType: name, mail, ...details })
}

function bounceOf(id: string, feedbackId = 'fb-1'): string {
  const bouncedRecipients = [{ emailAddress: 'Ann@there.test', status: '5.1.1' }]
  const kind = { bounceType: 'Permanent', bounceSubType: 'General', feedbackId }
  const bounce = { ...kind, timestamp: '2026-01-01T12:00:05.000Z', bouncedRecipients }
  return eventOf('Bounce', { bounce }, { postern_id: [id] })
}

onAws('the feedback function on AWS', (aws) => {
  let place: VirtualAws
  let buried: string[]
  let counted: string[]

  beforeEach(async () => {
    place = await aws.virtual()
    buried = []
    counted = []
  })
  afterEach(() => place.close())

  function report(bodies: readonly string[]) {
    const metrics = new Metrics({ namespace: 'Postern/test', serviceName: 'postern' })
    vi.spyOn(metrics, 'addMetric').mockImplementation((name, _unit, value) => {
      counted.push(`${name} ${value}`)
      return metrics
    })
    const handle = reporter({
      backend: {
        ...place.backend,
        feedbackInbox: {
          defer: async () => undefined,
          bury: async (body) => void buried.push(body),
        },
      },
      reasonOf: async () => undefined,
      logger: new Logger({ serviceName: 'postern', logLevel: 'SILENT' }),
      metrics,
    })
    const sentAt = place.clock.now()
    return handle({ Records: bodies.map((body) => aRecord(body, { sentAt })) })
  }

  async function sent(values: Partial<Email> = {}): Promise<string> {
    const email = anEmail({
      state: 'sent',
      recipients: [{ address: ann, state: 'sent' }],
      ...values,
    })
    await place.backend.emails.create(email)
    return email.id
  }

  async function everything(id: string) {
    const { emails, events, suppressions } = place.backend
    const email = await emails.get(id, '*')
    const { data } = await events.list({ scope: '*', limit: 10 })
    const found = await suppressions.find({ project: 'default', addresses: [ann] })
    return {
      state: email?.state,
      events: data.map(({ type }) => type).sort(),
      suppressed: found.length,
    }
  }

  const both = ['email.bounced', 'suppression.added']
  const whole = { state: 'bounced', events: both, suppressed: 1 }

  it('writes down a bounce once, however often it comes', async () => {
    const id = await sent()
    const results = await report(Array.from({ length: 10 }, () => bounceOf(id)))
    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await everything(id)).toEqual(whole)
    expect(counted).toEqual(['Told 1'])
  })

  const refused: AwsFault = { kind: 'refuse', status: 400, code: 'ValidationException' }
  const lost: AwsFault = { kind: 'reset', when: 'after' }
  it.each<[string, (call: number, chosen: number) => AwsFault | undefined]>([
    ['and all after it are refused', (call, chosen) => (call >= chosen ? refused : undefined)],
    ['is done but its answer lost', (call, chosen) => (call === chosen ? lost : undefined)],
  ])('comes to the same when any call %s', { timeout: 300_000 }, async (_, faultOf) => {
    const { front, backend } = place
    const { emails, suppressions, events } = backend
    let isWhole = false
    for (let chosen = 1; !isWhole; chosen++) {
      const address = `ann${chosen}@there.test`
      const id = await sent({ recipients: [{ address, state: 'sent' }] })
      const body = bounceOf(id, `fb-${chosen}`).replaceAll(/ann@there/gi, `ann${chosen}@there`)
      const before = front.calls.length
      front.meddle = () => faultOf(front.calls.length - before, chosen)
      const [first] = await report([body])
      front.meddle = () => undefined
      isWhole = front.calls.length - before < chosen
      const question = { project: 'default', addresses: [address] }
      // Suppressed before anything else is written, and before it is acknowledged.
      const { state } = (await emails.get(id, '*'))!
      if (first!.status === 'fulfilled' || state === 'bounced')
        expect(await suppressions.find(question)).toHaveLength(1)
      await report([body])
      expect((await emails.get(id, '*'))!.state).toBe('bounced')
      const [{ causes } = { causes: [] }] = await suppressions.find(question)
      expect(causes).toHaveLength(1)
      expect(await suppressions.history({ project: 'default', address })).toHaveLength(1)
      const { data } = await events.list({ scope: '*', limit: 20 })
      const own = data.filter((event) => event.address === address).map(({ type }) => type)
      expect(own.sort()).toEqual(['email.bounced', 'suppression.added'])
      // Each can fail by itself: reading the record, writing suppression, event and record.
      if (isWhole) expect(chosen).toBeGreaterThan(4)
    }
  })

  it('lets what cannot be read be put away, and what is of others be, without a change', async () => {
    const id = await sent()
    const unreadable = ['', 'null', '{"eventType":"Bounce"}', 'x'.repeat(400_000)]
    const foreign = [
      eventOf('Bounce', {}, {}),
      bounceOf(anEmail().id),
      bounceOf('0190aaaa-0000-7000-8000-000000000001'),
    ]
    const results = await report([...unreadable, ...foreign])
    expect(results.map(({ status }) => status)).toEqual(results.map(() => 'fulfilled'))
    expect(buried).toEqual(unreadable)
    expect(await everything(id)).toEqual({ state: 'sent', events: [], suppressed: 0 })
    expect(counted.sort()).toEqual(['FeedbackForeign 3', 'FeedbackRefused 4'])
  })

  it('has what waits for the end of an attempt seen again', async () => {
    const id = await sent({ state: 'queued', recipients: [{ address: ann, state: 'queued' }] })
    const now = place.clock.now()
    const email = (await place.backend.emails.get(id, '*'))!
    await place.clock.advance(Math.max(0, email.dueAt - now))
    const claim = await place.backend.emails.claim(id, place.clock.now(), 75)
    expect(claim.kind).toBe('claimed')
    expect((await report([bounceOf(id)]))[0]!.status).toBe('rejected')
    expect(await everything(id)).toMatchObject({ state: 'sending', suppressed: 0 })
  })
})

describe('signals on the queue of feedback', () => {
  it('are told apart from the events of Amazon SES', async () => {
    const { readMessage } = await import('../../functions/feedback/read-message.ts')
    const signal = { source: 'capture', key: 'k', kind: 'delivered', at: 1 }
    expect(readMessage(JSON.stringify({ postern: { signal } }))).toEqual({
      kind: 'signals',
      signals: [signal],
    })
    expect(readMessage('{"postern":1}').kind).toBe('unreadable')
  })
})
