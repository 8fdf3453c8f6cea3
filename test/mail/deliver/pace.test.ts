import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pace } from '../../../mail/deliver/pace.ts'
import { partsOfLane } from '../../../mail/email/lane.ts'
import { streams, usualWeights, type Stream, type Weights } from '../../../mail/email/stream.ts'
import type { Pace } from '../../../mail/ports/pace.ts'
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts'

const never = new AbortController().signal

describe('a pace', () => {
  it('is no pace without a rate', async () => {
    const clock = virtualClock()
    const pacer = pace(clock)
    for (let i = 0; i < 1_000; i++) await pacer.take(50, null, never)
    expect(clock.waiting).toBe(0)
  })

  it('spaces what leaves, the first at once', async () => {
    expect(await leavingTimes([1, 1, 1, 1], 4)).toEqual([0, 250, 500, 750])
  })

  it('counts recipients', async () => {
    expect(await leavingTimes([10, 1, 1], 5)).toEqual([0, 2_000, 2_200])
  })

  it('lets a small one leave in a gap that a larger one before it does not fit', async () => {
    expect(await leavingTimes([4, 3, 1], 5)).toEqual([0, 1_000, 200])
  })

  it('lets more than fit into a second leave together, alone, and makes the next wait', async () => {
    expect(await leavingTimes([1, 10, 1], 5)).toEqual([0, 1_000, 3_000])
    expect(await leavingTimes([5, 10, 5], 5)).toEqual([0, 1_000, 3_000])
  })

  it('never lets more than the rate leave in a second, wherever that second begins', async () => {
    const counts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 })
    const rates = fc.integer({ min: 5, max: 40 })
    await fc.assert(
      fc.asyncProperty(counts, rates, async (counts, rate) => {
        const times = await leavingTimes(counts, rate)
        for (const from of times) {
          const within = counts.filter((_, i) => times[i]! >= from && times[i]! < from + 1_000)
          expect(within.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(rate)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('holds rates below one and above a thousand', async () => {
    expect(await leavingTimes([1, 1, 1], 0.5)).toEqual([0, 2_000, 4_000])
    const times = await leavingTimes(Array<number>(9).fill(1), 4_000)
    expect(times).toEqual([0, 1, 1, 1, 1, 2, 2, 2, 2])
  })

  it('leaves the time of one that stops waiting to others', async () => {
    const clock = virtualClock()
    const pacer = pace(clock)
    await pacer.take(1, 1, never)
    const giveUp = new AbortController()
    const waits = [1, 2, 3].map(() => pacer.take(1, 1, giveUp.signal))
    giveUp.abort()
    await Promise.all(waits)
    expect(await leavingTimes([1, 1], 1, clock, pacer)).toEqual([1_000, 2_000])
  })

  it('saves nothing up in a quiet hour', async () => {
    const clock = virtualClock()
    const pacer = pace(clock)
    await pacer.take(1, 1, never)
    await clock.advance(3_600_000)
    expect(await leavingTimes([1, 1, 1], 1, clock, pacer)).toEqual([0, 1_000, 2_000])
  })

  it('lets go of one that is told to stop', async () => {
    const clock = virtualClock()
    const pacer = pace(clock)
    const stop = new AbortController()
    await pacer.take(100, 1, never)
    const waiting = pacer.take(1, 1, stop.signal)
    stop.abort()
    await waiting
    expect(clock.waiting).toBe(0)
  })
})

describe('a pace that streams share', () => {
  const [bulk, code] = ['bulk:there.test', 'there.test']

  it('lets a code leave next, though a thousand bulk emails asked before it', async () => {
    const { clock, ask } = paced(50)
    ask(bulk, 1_000)
    await clock.advance(1_000)
    const codes = ask(code, 3)
    await clock.advance(100)
    expect(codes).toEqual([1_020, 1_040, 1_060])
  })

  it('leaves bulk its fifth while codes flood', async () => {
    const { clock, ask } = paced(50)
    const codes = ask(code, 1_000)
    const others = ask(bulk, 1_000)
    await clock.advance(10_000)
    expect([codes.length, others.length]).toEqual([401, 100])
  })

  it.each([code, bulk])('leaves the whole rate to the only one that waits: %s', async (lane) => {
    const { clock, ask } = paced(50)
    const left = ask(lane, 1_000)
    await clock.advance(10_000)
    expect(left).toHaveLength(501)
  })

  it('goes round the domains of a stream', async () => {
    const { clock, ask } = paced(1)
    const lanes = ['a.test', 'a.test', 'a.test', 'b.test', 'bulk:a.test', 'c.test', 'b.test']
    const left = lanes.map((lane) => ask(lane, 1))
    await clock.advance(0)
    await clock.advance(10_000)
    expect(left.flat()).toEqual([0, 2_000, 5_000, 3_000, 1_000, 4_000, 6_000])
  })

  it('obeys weights that change meanwhile', async () => {
    const { clock, ask } = paced(10)
    ask(code, 1_000)
    const others = ask(bulk, 1_000, { transactional: 1, bulk: 1 })
    ask(code, 1_000, { transactional: 1, bulk: 1 })
    await clock.advance(200_000)
    expect(others.length).toBeGreaterThan(400)
  })

  it('holds the rate, idles for none and starves none, in whatever order they ask', async () => {
    const ask = fc.record({
      lane: fc.constantFrom('a.test', 'b.test', 'bulk:a.test', 'bulk:b.test'),
      count: fc.integer({ min: 1, max: 20 }),
      afterMs: fc.integer({ min: 0, max: 300 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(ask, { maxLength: 12 }),
        fc.integer({ min: 20, max: 100 }),
        async (asks, rate) => {
          const { clock, ask: askFor } = paced(rate)
          const left: Left[] = []
          let at = 0
          for (const { lane, count, afterMs } of asks) {
            left.push({ times: askFor(lane, count), askedAt: at, lane })
            await clock.advance(0)
            await clock.advance(afterMs)
            at += afterMs
          }
          await clock.advance(60_000)
          const times = left.flatMap((one) => one.times).sort((a, b) => a - b)
          expect(times).toHaveLength(asks.reduce((sum, { count }) => sum + count, 0))
          for (const [i, time] of times.entries()) {
            const ahead = times[i + rate]
            if (ahead !== undefined) expect(ahead - time).toBeGreaterThanOrEqual(999)
            const waits = left.some((one) => one.askedAt <= time && one.times.at(-1)! > time)
            if (waits) expect(times[i + 1]! - time).toBeLessThanOrEqual(Math.ceil(1_000 / rate) + 1)
          }
          for (const stream of streams) expectNoneStarved(left, stream)
        },
      ),
      { numRuns: 12 },
    )
  })
})

/** What left of those that asked together. */
interface Left {
  readonly lane: string
  readonly askedAt: number
  readonly times: readonly number[]
}

/** While one waits, one of the other stream at most passes a code, and five a bulk email. */
function expectNoneStarved(left: readonly Left[], stream: Stream) {
  const isOwn = ({ lane }: Left) => partsOfLane(lane).stream === stream
  const timesOf = (some: readonly Left[]) => some.flatMap(({ times }) => times)
  const own = timesOf(left.filter(isOwn)).sort((a, b) => a - b)
  const others = timesOf(left.filter((one) => !isOwn(one)))
  for (const { times, askedAt } of left.filter(isOwn))
    for (const time of times) {
      const since = Math.max(askedAt, ...own.filter((other) => other < time))
      const passed = others.filter((other) => other > since && other < time)
      expect(passed.length).toBeLessThanOrEqual(stream === 'bulk' ? 5 : 1)
    }
}

/** Asks for one recipient each, and notes in milliseconds from now when they leave. */
function paced(rate: number) {
  const clock = virtualClock()
  const pacer = pace(clock)
  const start = clock.now()
  return {
    clock,
    ask: (lane: string, count: number, weights: Weights = usualWeights): number[] => {
      const left: number[] = []
      for (let i = 0; i < count; i++)
        void pacer
          .take(1, rate, never, { lane, weights })
          .then(() => left.push(clock.now() - start))
      return left
    },
  }
}

/** When each of them left, in milliseconds from now. */
async function leavingTimes(
  counts: readonly number[],
  rate: number,
  clock: VirtualClock = virtualClock(),
  pacer: Pace = pace(clock),
): Promise<number[]> {
  const start = clock.now()
  const times = counts.map((count) =>
    pacer.take(count, rate, never).then(() => clock.now() - start),
  )
  await clock.advance(0)
  await clock.advance(60_000)
  return Promise.all(times)
}
