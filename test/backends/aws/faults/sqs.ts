import { expect } from 'vitest'
import { contentKey } from '../../../../mail/content.ts'
import { aJob } from '../../../conformance/queue.ts'
import { emailRequest } from '../../../open-postern.ts'
import { acceptAll } from '../../../../mail/accept/accept-batch.ts'
import {
  calm,
  callsOf,
  cutOff,
  lost,
  meddle,
  meddleAlways,
  refused,
  type Checks,
} from './meddling.ts'
import type { WholeAws } from '../whole.ts'

const hour = 3_600_000

export const sqsChecks: Checks = {
  async 'SendMessage throttled / 5xx / timeout'(whole) {
    const idempotency = { key: 'k', bodyHash: 'h' }
    for (const fault of [refused('RequestThrottled'), refused('InternalError', 500), cutOff]) {
      meddleAlways(whole, 'SendMessageBatch', fault)
      await expect(whole.accept({}, { idempotency })).rejects.toThrow()
      expect(whole.sqs.on(whole.place.queueUrl)).toEqual([])
    }
    calm(whole)
    await whole.accept({}, { idempotency })
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'SendMessage timed out but was stored'(whole) {
    meddle(whole, 'SendMessageBatch', lost)
    await whole.accept()
    expect(whole.sqs.on(whole.place.queueUrl)).toHaveLength(2)
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'SendMessageBatch: 200 with Failed[] entries'(whole) {
    const ids = await acceptThree(whole)
    let refusals = 4
    whole.sqs.takes = (body) => !body.includes(ids[1]!) || refusals-- <= 0
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(3)
    whole.sqs.takes = () => false
    await expect(whole.backend.queue.put([aJob()])).rejects.toThrow('SQS keeps refusing')
  },

  async 'same message delivered twice at once to two workers'(whole) {
    await whole.accept()
    const [message] = whole.take()
    const workers = [whole.sender(), whole.sender(whole.another()), whole.sender()]
    await Promise.all(workers.map((send) => send([message!, message!])))
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'delivered again after delete'(whole) {
    await whole.accept()
    const [message] = whole.take()
    const send = whole.sender()
    for (let time = 0; time < 3; time++) expect(await send([message!])).toHaveLength(1)
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'out of order / newest first'(whole) {
    for (let count = 0; count < 12; count++) await whole.accept()
    const messages = whole.take(12).reverse()
    const send = whole.sender()
    await send(messages.slice(0, 6))
    await send(messages.slice(6))
    expect(whole.smtp.emails).toHaveLength(12)
    expect(whole.sqs.on(whole.place.queueUrl)).toEqual([])
  },

  async 'visibility expires while sending'(whole) {
    const id = await whole.accept()
    whole.smtp.script = { dot: { wait: true, say: '250 2.0.0 ok' } }
    const [message] = whole.take()
    const first = whole.sender()([message!])
    await waiting(whole)
    // Another worker is shown it too early, and defers it to the end of the lease.
    const other = whole.sender(whole.another())
    expect(await other([message!])).toEqual([])
    whole.smtp.release()
    await first
    expect(await whole.email(id)).toMatchObject({ state: 'sent' })
    expect(await other([message!])).toHaveLength(1)
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'DeleteMessage fails'(whole) {
    await whole.accept()
    const [message] = whole.take()
    await whole.sender()([message!])
    whole.sqs.put(whole.place.queueUrl, message!.body)
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'ChangeMessageVisibility on stale receipt'(whole) {
    await whole.backend.queue.put([aJob()])
    const [stale] = whole.sqs.receive(whole.place.queueUrl, 1, 5)
    await whole.pass(6_000)
    await whole.backend.inbox.defer(stale!.receipt, 60)
    await whole.backend.inbox.defer('never given', 60)
    const [again] = whole.take()
    await whole.backend.inbox.defer(stale!.receipt, 0)
    expect(whole.take()).toEqual([])
    await whole.backend.inbox.defer(again!.receipt, 0)
    expect(whole.take()).toHaveLength(1)
  },

  async 'poison message (unparsable body)'(whole) {
    await whole.accept()
    for (const body of ['{', '[]', '"x"', '{"postern":1}', '{"postern":1,"job":{"id":"x"}}'])
      whole.sqs.put(whole.place.queueUrl, body)
    whole.sqs.put(whole.place.queueUrl, '{"from":"ann@own.test"}')
    await whole.accept()
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(2)
    expect(whole.sqs.on(whole.place.queueUrl)).toEqual([])
    expect(whole.sqs.on(whole.place.deadLetterQueueUrl)).toHaveLength(6)
    const { data } = await whole.backend.deadLetters.list({ scope: '*', limit: 10 })
    const reasons = data.map(({ reason }) => reason)
    expect(reasons.filter((one) => /not a JSON object|Postern's/.test(one))).toHaveLength(5)
    expect(reasons.filter((one) => /^to: is required/.test(one))).toHaveLength(1)
  },

  async 'batch of 10: items 3 and 7 fail'(whole) {
    for (let count = 0; count < 10; count++)
      await whole.accept({ to: [{ address: `to-${count}@there.test` }] })
    whole.smtp.script = {
      rcpt: ({ line }) => (/to-[37]@/.test(line) ? '450 4.2.0 later' : undefined),
    }
    const messages = whole.take()
    const done = await whole.sender()(messages)
    expect(messages.filter((one) => !done.includes(one))).toEqual([messages[3], messages[7]])
    whole.smtp.script = {}
    await whole.pass(hour)
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(10)
  },

  async 'empty or wrong batchItemFailures id'(whole) {
    await whole.accept()
    await whole.accept()
    whole.smtp.script = { greeting: '421 4.3.2 not now' }
    const messages = whole.take()
    const results = await whole.handle(messages)
    expect(results.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(
      messages.map(({ id }) => id).sort(),
    )
  },

  async 'retry later than 15 min (DelaySeconds max)'(whole) {
    const now = whole.clock.now()
    const near = await whole.accept({ scheduledAt: now + 900_000 })
    expect(whole.scheduler.schedules.size).toBe(0)
    const far = await whole.accept({ scheduledAt: now + 900_001 })
    expect([...whole.scheduler.schedules.keys()]).toEqual([`email-${far}`])
    expect([...whole.scheduler.schedules.values()][0]!.input).not.toContain('hello')
    expect(whole.sqs.on(whole.place.queueUrl)).toHaveLength(1)
    await whole.pass(900_000)
    await whole.drain()
    expect([await whole.email(near), await whole.email(far)]).toMatchObject([
      { state: 'sent' },
      { state: 'scheduled' },
    ])
    await whole.pass(1_000)
    await whole.drain()
    expect(await whole.email(far)).toMatchObject({ state: 'sent' })
  },

  async 'queue retention passes before delivery'(whole) {
    const id = await whole.accept()
    whole.smtp.script = { mail: '530 5.7.0 log in first' }
    for (let waited = 0; waited < 73; waited++) {
      await whole.drain()
      await whole.pass(hour)
    }
    await whole.drain()
    expect(await whole.email(id)).toMatchObject({ state: 'held' })
    expect(await whole.backend.blobs.get(contentKey(id))).toBeDefined()
    expect(whole.sqs.on(whole.place.queueUrl)).toEqual([])
  },
}

async function acceptThree(whole: WholeAws): Promise<string[]> {
  const requests = [1, 2, 3].map((number) => emailRequest({ subject: `number ${number}` }))
  const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
  const before = callsOf(whole, 'SendMessageBatch').length
  const asked = requests.map((request) => ({ request }))
  const accepted = await acceptAll(whole.postern, () => asked, caller)
  expect(callsOf(whole, 'SendMessageBatch')).toHaveLength(before + 1)
  if (accepted.kind !== 'accepted') throw new Error(accepted.kind)
  return [...accepted.ids]
}

async function waiting({ smtp }: WholeAws): Promise<void> {
  await new Promise<void>((resolve) => smtp.events.once('wait', resolve))
}
