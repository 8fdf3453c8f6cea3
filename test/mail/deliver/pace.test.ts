import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pace } from '../../../mail/deliver/pace.ts'
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
