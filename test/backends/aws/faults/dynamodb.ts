import { expect } from 'vitest'
import { anEmail, noon } from '../../../conformance/email-samples.ts'
import { json } from '../../../remote/aws-front.ts'
import { calm, callsOf, lost, meddle, refused, type Checks } from './meddling.ts'

const hour = 3_600_000
const day = 24 * hour

export const dynamodbChecks: Checks = {
  async ConditionalCheckFailed(whole) {
    const { emails } = whole.backend
    const email = anEmail()
    expect(await emails.create(email)).toBe(true)
    expect(await emails.create(email)).toBe(false)
    expect(await emails.claim(email.id, noon, 60)).toMatchObject({ kind: 'claimed' })
    expect(await emails.claim(email.id, noon, 60)).toMatchObject({ kind: 'leased' })
  },

  async 'ProvisionedThroughputExceeded / Throttling'(whole) {
    const code = 'ProvisionedThroughputExceededException'
    meddle(whole, 'PutItem', refused(code), refused('ThrottlingException'), refused(code))
    const id = await whole.accept()
    meddle(whole, 'UpdateItem', refused(code), refused('RequestLimitExceeded'), refused(code))
    await whole.drain()
    expect(await whole.email(id)).toMatchObject({ state: 'sent' })
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'TransactionCanceled (conflict)'(whole) {
    // Nothing here is a transaction: each costs twice, and every write is one item.
    await whole.accept({ to: [{ address: 'a@there.test' }, { address: 'b@there.test' }] })
    await whole.drain()
    const operations = new Set(whole.front.calls.map(({ operation }) => operation))
    expect([...operations].filter((name) => name.includes('Transact'))).toEqual([])
    expect(operations).toContain('UpdateItem')
  },

  async 'BatchWriteItem UnprocessedItems'(whole) {
    const { emails } = whole.backend
    const to = ['a', 'b', 'c'].map((name) => ({ address: `${name}@there.test` }))
    const undone = (left: number) => {
      whole.front.meddle = ({ operation, input }) =>
        operation === 'BatchWriteItem' && left-- > 0
          ? { kind: 'instead', answer: json({ UnprocessedItems: input['RequestItems'] }) }
          : undefined
    }
    undone(3)
    const id = await whole.accept({ to })
    for (const { address } of to)
      expect(
        (await emails.list({ scope: '*', limit: 5, q: address })).data.map((one) => one.id),
      ).toEqual([id])
    undone(Infinity)
    await expect(whole.accept({ to })).rejects.toThrow('undone')
    calm(whole)
    let left = 2
    whole.front.meddle = ({ operation, input }) =>
      operation === 'BatchGetItem' && left-- > 0
        ? { kind: 'instead', answer: json({ UnprocessedKeys: input['RequestItems'] }) }
        : undefined
    expect((await emails.list({ scope: '*', limit: 5 })).data.map((one) => one.id)).toEqual([id])
  },

  async 'write timed out but was applied'(whole) {
    const { emails } = whole.backend
    const email = anEmail()
    meddle(whole, 'PutItem', lost, lost)
    expect(await emails.create(email)).toBe(true)
    meddle(whole, 'UpdateItem', lost, lost)
    const claim = await emails.claim(email.id, noon, 60)
    if (claim.kind !== 'claimed') throw new Error(claim.kind)
    expect(claim).toMatchObject({ takenOver: false, email: { revision: 2, state: 'sending' } })
    meddle(whole, 'UpdateItem', lost)
    const later = await emails.claim(email.id, noon + 60_000, 60)
    expect(later).toMatchObject({ takenOver: true, email: { revision: 3 } })
    meddle(whole, 'UpdateItem', lost)
    const { claim: token } = later as typeof claim
    expect(await emails.settle(email.id, token, { state: 'held' })).toBe(true)
    meddle(whole, 'UpdateItem', lost)
    const held = await emails.get(email.id, '*')
    expect(await emails.change(held!, { state: 'canceled' })).toMatchObject({ revision: 5 })
    meddle(whole, 'PutItem', lost)
    const entry = {
      owner: 'o',
      key: 'k',
      id: 'i',
      bodyHash: 'h',
      startedAt: noon,
      expiresAt: noon + hour,
    }
    expect(
      await whole.backend.idempotency.begin({ ...entry, finished: false }, noon),
    ).toBeUndefined()
  },

  async 'eventually consistent read misses the row'(whole) {
    const { emails } = whole.backend
    const email = anEmail()
    await emails.create(email)
    const before = whole.front.calls.length
    await emails.claim(email.id, noon, 60)
    expect(whole.front.calls.slice(before).map(({ operation }) => operation)).toEqual([
      'UpdateItem',
    ])
    await emails.get(email.id, '*')
    expect(callsOf(whole, 'GetItem').at(-1)!.input).toMatchObject({ ConsistentRead: true })
  },

  async 'item over 400 KB'(whole) {
    const text = 'x'.repeat(300_000)
    const content = { kind: 'structured', text, headers: {}, attachments: [] } as const
    await whole.accept({ content })
    const largest = () =>
      Math.max(...whole.front.calls.filter(isWrite).map((c) => c.body.byteLength))
    expect(largest()).toBeLessThan(2_000)
    expect(callsOf(whole, 'PutObject').at(-1)!.path).toContain('content/')
    await whole.drain()
    expect(whole.smtp.emails[0]!.content.length).toBeGreaterThan(300_000)

    const reason = 'ü'.repeat(500)
    const recipients = Array.from(
      { length: 50 },
      (_, i) => `${'r'.repeat(60)}-${i}@${'d'.repeat(60)}.test`,
    )
    const refused = recipients.map((address) => ({ address, kind: 'deferred' as const, reason }))
    const entry = { at: noon, what: 'attempt', engine: 'smtp', reason, refused } as const
    const email = anEmail({
      to: recipients.map((address) => ({ address, name: 'N'.repeat(250) })),
      subject: 'ü'.repeat(990),
      recipients: recipients.map((address) => ({ address, state: 'queued', reason })),
      timeline: Array.from({ length: 60 }, () => entry),
    })
    await whole.backend.emails.create(email)
    expect(largest()).toBeLessThan(200_000)
    const kept = await whole.email(email.id)
    expect(kept!.timeline).toHaveLength(60)
    expect(kept!.timeline.at(-1)!.reason).toBeDefined()
  },

  async 'TTL deletes late / early reads'(whole) {
    const id = await whole.accept()
    await whole.drain()
    await whole.pass(whole.place.keepDays * day - 1_000)
    expect(await whole.email(id)).toBeDefined()
    await whole.pass(2_000)
    expect(await whole.email(id)).toBeUndefined()
    expect((await whole.backend.emails.list({ scope: '*', limit: 5 })).data).toEqual([])
    const held = await whole.accept()
    whole.smtp.script = { mail: '530 5.7.0 log in first' }
    await whole.drain()
    await whole.pass(365 * day)
    expect(await whole.email(held)).toBeDefined()
  },
}

function isWrite({ operation }: { operation: string }): boolean {
  return operation === 'PutItem' || operation === 'UpdateItem'
}
