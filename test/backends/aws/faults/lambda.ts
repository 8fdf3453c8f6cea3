import { PutItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { expect } from 'vitest'
import { itemOfEmail } from '../../../../backends/aws/email-items.ts'
import { awsBackend } from '../../../../backends/aws/index.ts'
import { leaseSeconds } from '../../../../mail/deliver/lease.ts'
import { anEmail, noon } from '../../../conformance/email-samples.ts'
import { accessTo } from '../places.ts'
import { meddleAlways, refused, calm, type Checks } from './meddling.ts'

export const lambdaChecks: Checks = {
  async 'killed at the timeout in the middle of a send'(whole) {
    const id = await whole.accept()
    whole.take()
    await whole.another().emails.claim(id, whole.clock.now(), leaseSeconds)
    // It is never heard of again; SQS shows the message after its visibility timeout.
    await whole.pass(370_000)
    await whole.drain()
    await whole.pass(60_000)
    await whole.drain()
    const email = await whole.email(id)
    expect(email).toMatchObject({ state: 'sent' })
    expect(email!.timeline.map(({ outcome }) => outcome)).toEqual([undefined, 'ambiguous', 'sent'])
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'frozen after return (timers, pooled sockets)'(whole) {
    await whole.accept()
    await whole.drain()
    const calls = whole.front.calls.length
    await whole.pass(3_600_000)
    expect(whole.front.calls).toHaveLength(calls)
    // What was kept open is gone when the function is woken up.
    whole.front.hangUp()
    await whole.accept()
    whole.front.hangUp()
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(2)
  },

  async '/tmp full, out of memory'(whole) {
    const id = await whole.accept()
    meddleAlways(whole, 'UpdateItem', refused('SomethingElse', 400))
    await whole.drain()
    expect(await whole.email(id)).toMatchObject({ state: 'queued', revision: 1 })
    expect(whole.sqs.on(whole.place.queueUrl)).toHaveLength(1)
    calm(whole)
    // An invocation that dies has its messages shown again too.
    whole.take()
    await whole.pass(370_000)
    await whole.drain()
    expect(await whole.email(id)).toMatchObject({ state: 'sent' })
  },

  async 'two versions during deploy'(whole) {
    const email = anEmail()
    const item = itemOfEmail(email, 30)
    const newer = { ...item, q: 'unheard of', a: (item['a'] as string).replace('{', '{"zz":1,') }
    const client = new DynamoDBClient(accessTo(whole.front.endpoint))
    await client.send(
      new PutItemCommand({
        TableName: whole.place.tableName,
        Item: marshall(newer, { removeUndefinedValues: true }),
      }),
    )
    client.destroy()
    expect(await whole.email(email.id)).toMatchObject(email)
    const message = whole.sqs.put(whole.place.queueUrl, '{"postern":2,"task":{}}')
    await whole.drain()
    // Left alone for a function that knows it.
    expect(whole.sqs.on(whole.place.queueUrl)).toMatchObject([{ id: message.id }])
    expect((await whole.backend.deadLetters.list({ scope: '*', limit: 5 })).data).toEqual([])
  },

  async 'clock skew +/- 10 s'(whole) {
    const behind = { ...whole.clock, now: () => whole.clock.now() - 10_000 }
    const ahead = { ...whole.clock, now: () => whole.clock.now() + 10_000 }
    const access = accessTo(whole.front.endpoint)
    const slow = awsBackend(whole.place, { clock: behind, ...access })
    const fast = awsBackend(whole.place, { clock: ahead, ...access })
    const email = anEmail({ dueAt: whole.clock.now(), since: noon })
    await slow.emails.create(email)
    await whole.pass(10_000)
    const claim = await slow.emails.claim(email.id, behind.now(), leaseSeconds)
    expect(claim.kind).toBe('claimed')
    // An attempt is over after 42 s at most, whatever the clocks say.
    await whole.pass(42_000)
    expect(await fast.emails.claim(email.id, ahead.now(), leaseSeconds)).toMatchObject({
      kind: 'leased',
    })
    slow.close()
    fast.close()
  },
}
