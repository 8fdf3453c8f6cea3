import { describe, expect, it } from 'vitest'
import { handleBatch, type BatchOptions } from '../../functions/send/batch.ts'
import type { Stop } from '../../mail/deliver/stop.ts'
import { virtualClock } from '../virtual-clock.ts'
import { aRecord } from './sqs-record.ts'

const hour = 3_600_000

describe('a batch of the queue', () => {
  it('acknowledges what is done with, and defers the rest by the time it was told', async () => {
    const { results, deferred } = await deal({
      one: async () => ({ kind: 'acknowledge' }),
      two: async () => ({ kind: 'defer', seconds: 90.2 }),
    })
    expect(results).toEqual(['fulfilled', 'rejected'])
    expect(deferred).toEqual({ two: 91 })
  })

  it('settles the others when one throws, which comes back after a while', async () => {
    const { results, deferred, errors } = await deal({
      poison: () => Promise.reject(new Error('boom')),
      good: async () => ({ kind: 'acknowledge' }),
    })
    expect(results).toEqual(['rejected', 'fulfilled'])
    expect(deferred).toEqual({ poison: 10 })
    expect(errors).toHaveLength(1)
  })

  it.each([
    ['as long as it has waited', 600_000, 600],
    ['an hour at most', 5 * hour, 3_600],
  ])('defers what threw by %s', async (_how, waited, seconds) => {
    const boom = () => Promise.reject(new Error('boom'))
    expect((await deal({ poison: boom }, waited)).deferred).toEqual({ poison: seconds })
  })

  it('buries what kept throwing for three days, before SQS forgets it', async () => {
    const boom = () => Promise.reject(new Error('boom'))
    const { results, buried } = await deal({ poison: boom }, 73 * hour)
    expect([results, buried]).toEqual([['fulfilled'], ['poison']])
  })

  it('never defers by more than SQS takes, nor by so little that it spins', async () => {
    const { deferred } = await deal({
      late: async () => ({ kind: 'defer', seconds: 90_000 }),
      soon: async () => ({ kind: 'defer', seconds: 0 }),
    })
    expect(deferred['late']).toBeLessThanOrEqual(43_200)
    expect(deferred['soon']).toBeGreaterThanOrEqual(1)
    expect(deferred['soon']).toBeLessThanOrEqual(5)
  })

  it('has what is not let in come again unread, and less often the more often it came', async () => {
    const admitted = { isIn: () => false, isShared: true }
    const read = async () => Promise.reject(new Error('read'))
    const waits: number[] = []
    for (let shown = 1, seconds = 0; seconds < 72 * 3_600; shown++) {
      const { deferred, errors } = await deal({ one: read }, 0, { admitted }, shown)
      expect(errors).toEqual([])
      seconds += waits[shown] = deferred['one']!
    }
    expect(waits.length).toBeLessThan(450)
    expect(Math.max(...waits.slice(1, 20))).toBeLessThanOrEqual(5)
  })

  it('reports a message as not done with when SQS cannot be told to wait', async () => {
    const { results, errors } = await deal(
      { one: async () => ({ kind: 'defer', seconds: 30 }) },
      0,
      { defer: () => Promise.reject(new Error('SQS is down')) },
    )
    expect([results, errors.length]).toEqual([['rejected'], 1])
  })

  it('says 15 s after it began that nothing may begin any more, and leaves no timer behind', async () => {
    const clock = virtualClock()
    const told: number[] = []
    const dealing = deal(
      {
        waits: ({ stopping }) =>
          new Promise((resolve) =>
            stopping.addEventListener('abort', () => {
              told.push(clock.now())
              resolve({ kind: 'defer', seconds: 0 })
            }),
          ),
      },
      0,
      { clock },
    )
    const began = clock.now()
    await clock.advance(14_999)
    expect(told).toEqual([])
    await clock.advance(1)
    expect((await dealing).results).toEqual(['rejected'])
    expect([told, clock.waiting]).toEqual([[began + 15_000], 0])
    await deal({ quick: async () => ({ kind: 'acknowledge' }) }, 0, { clock })
    expect(clock.waiting).toBe(0)
  })

  it('says 10 s before it is cut off that everything must end', async () => {
    const clock = virtualClock()
    let ended: number | undefined
    const slow: Handle = ({ ending }) =>
      new Promise((resolve) =>
        ending.addEventListener('abort', () => {
          ended = clock.now()
          resolve({ kind: 'defer', seconds: 0 })
        }),
      )
    const dealing = deal({ slow }, 0, { clock, remainingMs: 200_000 })
    const began = clock.now()
    await clock.advance(190_000)
    await dealing
    expect([ended, clock.waiting]).toEqual([began + 190_000, 0])
  })

  it('deals with all of a batch at the same time', async () => {
    let inHand = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inHand)
      await new Promise((resolve) => setImmediate(resolve))
      inHand -= 1
      return { kind: 'acknowledge' } as const
    }
    await deal(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`m${i}`, work])))
    expect(most).toBe(10)
  })
})

type Handle = (stop: Stop) => ReturnType<BatchOptions['handle']>

async function deal(
  handles: Readonly<Record<string, Handle>>,
  waitedMs = 0,
  change: Partial<BatchOptions> = {},
  receives = 1,
) {
  const deferred: Record<string, number> = {}
  const buried: string[] = []
  const errors: unknown[] = []
  const { clock = virtualClock() } = change
  const Records = Object.keys(handles).map((name) =>
    aRecord('', { messageId: name, receiptHandle: name, sentAt: clock.now() - waitedMs, receives }),
  )
  const results = await handleBatch(
    { Records },
    {
      admitted: { isIn: () => true, isShared: false },
      handle: ({ messageId }, stop) => handles[messageId]!(stop),
      defer: async (receiptHandle, seconds) => void (deferred[receiptHandle] = seconds),
      bury: async ({ messageId }) => void buried.push(messageId),
      clock,
      remainingMs: 300_000,
      onDeferred: () => undefined,
      onError: (error) => errors.push(error),
      ...change,
    },
  )
  return { results: results.map(({ status }) => status), deferred, buried, errors }
}
