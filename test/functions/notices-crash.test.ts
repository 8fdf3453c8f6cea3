import { afterEach, beforeEach, expect, it } from 'vitest'
import { reporter } from '../../functions/feedback/reporter.ts'
import { printing } from '../backends/aws/counting-feedback.ts'
import { onAws } from '../backends/aws/emulated.ts'
import { wholeAws } from '../backends/aws/whole.ts'
import { anEmail } from '../conformance/email-samples.ts'
import type { AwsFault } from '../remote/aws-front.ts'
import { notifyRig, type NotifyRig } from './notify-rig.ts'
import { aRecord } from './sqs-record.ts'

const refused: AwsFault = { kind: 'refuse', status: 400, code: 'ValidationException' }
const lost: AwsFault = { kind: 'reset', when: 'after' }

type FaultOf = (call: number, chosen: number) => AwsFault | undefined

/** As if the process died before a call. */
const died: FaultOf = (call, chosen) => (call >= chosen ? refused : undefined)

/** Or the answer to one did not arrive. */
const crashes: readonly [string, FaultOf][] = [
  ['it and all after it are refused', died],
  ['it is done but its answer lost', (call, chosen) => (call === chosen ? lost : undefined)],
]

onAws('a crash at any call on AWS', (aws) => {
  let rig: NotifyRig
  beforeEach(async () => {
    rig = await notifyRig(aws)
  })
  afterEach(() => rig.close())

  /** Does the work with a fault at one call after the other, until there is none left. */
  async function atEachCall(
    faultOf: FaultOf,
    trial: (chosen: number, broken: (work: () => Promise<unknown>) => Promise<void>) => unknown,
  ): Promise<number> {
    const { front } = rig
    for (let chosen = 1; ; chosen++) {
      let isWhole = false
      await trial(chosen, async (work) => {
        const before = front.calls.length
        front.meddle = () => faultOf(front.calls.length - before, chosen)
        await work().catch(() => undefined)
        front.meddle = () => undefined
        isWhole = front.calls.length - before < chosen
      })
      if (isWhole) return chosen - 1
    }
  }

  /** The ids of all that is kept as events of an address. */
  async function eventsOf(address: string): Promise<Set<string>> {
    const { data } = await rig.backend.events.list({ scope: '*', limit: 100, address })
    return new Set(data.map(({ id }) => id))
  }

  it('loses no notice of what a provider tells', { timeout: 300_000 }, async () => {
    await rig.hook({ events: ['email.bounced', 'suppression.added'] })
    const report = reporter({
      backend: rig.backend,
      reasonOf: async () => undefined,
      ...printing([]),
    })
    const calls = await atEachCall(died, async (chosen, broken) => {
      const address = `ann${chosen}@there.test`
      const email = anEmail({ state: 'sent', recipients: [{ address, state: 'sent' }] })
      await rig.backend.emails.create(email)
      const message = aRecord(bounceOf(email.id, address), { sentAt: rig.clock.now() })
      const toldBefore = rig.told.length
      await broken(() => report({ Records: [message] }))
      await report({ Records: [message] })
      await rig.drain()
      const events = await eventsOf(address)
      expect(events.size).toBe(2)
      expect(new Set(rig.told.slice(toldBefore).map(({ id }) => id))).toEqual(events)
    })
    // Suppression, its event and notice, event and notice, record: each a write at least.
    expect(calls).toBeGreaterThan(8)
  })

  it('loses no notice of what an attempt comes to', { timeout: 300_000 }, async () => {
    await rig.hook({ events: ['email.sent'] })
    const whole = await wholeAws(rig)
    const calls = await atEachCall(died, async (chosen, broken) => {
      const id = await whole.accept({ to: [{ address: `bob${chosen}@there.test` }] })
      const toldBefore = rig.told.length
      await broken(() => whole.send(whole.take()))
      // The lease of the attempt runs out, and SQS shows the message again.
      for (let round = 0; round < 3; round++) {
        await rig.pass(400_000)
        await whole.drain()
      }
      await rig.drain()
      expect((await whole.email(id))!.state).toBe('sent')
      expect(rig.sqs.on(rig.place.queueUrl)).toEqual([])
      const told = rig.told.slice(toldBefore)
      expect(new Set(told.map((one) => one.id)).size).toBe(1)
    })
    await whole.smtp.close()
    expect(calls).toBeGreaterThan(5)
  })

  it.each(crashes)(
    'has every endpoint told by the notify function, when %s',
    { timeout: 300_000 },
    async (_, faultOf) => {
      const { id: webhookId } = await rig.hook()
      let attempts = 0
      const calls = await atEachCall(faultOf, async (_chosen, broken) => {
        const [event] = await rig.happen()
        const before = rig.told.length
        await broken(() => rig.handle(rig.take()))
        // The slot of what crashed is free again with the end of its invocation.
        await rig.live(800_000, 200_000)
        const own = rig.told.slice(before)
        attempts += own.length
        expect(new Set(own.map(({ id }) => id))).toEqual(new Set([event!.id]))
        expect(own.length).toBeLessThanOrEqual(2)
        const notice = await rig.backend.notices.get(webhookId, event!.id)
        expect(notice).toMatchObject({ state: 'delivered', attempts: 1 })
        expect(rig.sqs.on(rig.place.notifyQueueUrl)).toEqual([])
      })
      // Told twice only where it could not be written down the first time.
      expect(attempts).toBeLessThanOrEqual(calls + 1 + 2)
      expect(calls).toBeGreaterThan(5)
    },
  )

  it('tells again what was begun to be told again, or lets that be begun once more', async () => {
    const { id: webhookId } = await rig.hook()
    const { notices } = rig.backend
    await atEachCall(died, async (_chosen, broken) => {
      const [event] = await rig.happen()
      await rig.drain()
      const notice = (await notices.get(webhookId, event!.id))!
      const timesTold = () => rig.told.filter(({ id }) => id === event!.id).length
      await broken(() => notices.replay(notice, rig.clock.now()))
      await rig.drain()
      // It waits for no message that was never put.
      expect((await notices.get(webhookId, event!.id))!.state).toBe('delivered')
      const before = timesTold()
      await notices.replay(notice, rig.clock.now())
      await rig.drain()
      expect(timesTold()).toBe(before + 1)
    })
  })
})

/** As Amazon SES publishes it. */
function bounceOf(id: string, address: string): string {
  const timestamp = '2026-01-01T12:00:00.000Z'
  const mail = {
    timestamp,
    messageId: '0100-m',
    destination: [address],
    tags: { postern_id: [id] },
  }
  const bouncedRecipients = [{ emailAddress: address, status: '5.1.1' }]
  const kind = { bounceType: 'Permanent', bounceSubType: 'General', feedbackId: `fb-${id}` }
  const bounce = { ...kind, timestamp: '2026-01-01T12:00:05.000Z', bouncedRecipients }
  return JSON.stringify({ eventType: 'Bounce', mail, bounce })
}
