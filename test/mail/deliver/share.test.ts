import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { share } from '../../../mail/deliver/share.ts'
import { streams, usualWeights, type Stream } from '../../../mail/email/stream.ts'

const stream = fc.constantFrom(...streams)
const largest = 10
const weight = fc.integer({ min: 1, max: 100 })

/** One comes, or one of those that wait is served. */
const event = fc.oneof(
  fc.record({ comes: stream, amount: fc.integer({ min: 1, max: largest }) }),
  fc.constant('serve' as const),
)

describe('the share of two streams', () => {
  it('starves no stream and idles for none, whatever comes in whatever order', () => {
    const weights = fc.record({ transactional: weight, bulk: weight })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), weights, (events, weights) => {
        const shared = share()
        const waiting: Record<Stream, number[]> = { transactional: [], bulk: [] }
        /** For its weight, since both have been waiting. */
        let had = { transactional: 0, bulk: 0 }
        for (const each of events) {
          if (each !== 'serve') waiting[each.comes].push(each.amount)
          const all = streams.filter((one) => waiting[one].length > 0)
          if (each !== 'serve' || all.length === 0) continue
          const next = shared.next(all)
          expect(all).toContain(next)
          const amount = waiting[next].shift()!
          shared.note(next, amount, weights)
          had[next] += amount / weights[next]
          if (streams.some((one) => waiting[one].length === 0)) had = { transactional: 0, bulk: 0 }
          const bound = largest / weights.transactional + largest / weights.bulk
          expect(Math.abs(had.transactional - had.bulk)).toBeLessThanOrEqual(bound + 1e-9)
        }
      }),
    )
  })

  it('is four to one in every five, and all of it for the one that waits alone', () => {
    const shared = share()
    const turns = Array.from({ length: 100 }, () => serve(shared, streams))
    for (let i = 0; i < 100; i += 5)
      expect(turns.slice(i, i + 5).filter((one) => one === 'bulk')).toHaveLength(1)
    expect(serve(shared, ['bulk'])).toBe('bulk')
  })

  it('saves nothing up for a stream that did not wait', () => {
    const shared = share()
    for (let i = 0; i < 1_000; i++) serve(shared, ['bulk'])
    const turns = Array.from({ length: 10 }, () => serve(shared, streams))
    const others = turns.filter((one) => one === 'bulk')
    expect([1, 2]).toContain(others.length)
  })
})

function serve(shared: ReturnType<typeof share>, waiting: readonly Stream[]): Stream {
  const next = shared.next(waiting)
  shared.note(next, 1, usualWeights)
  return next
}
