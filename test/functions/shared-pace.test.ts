import { describe, expect, it } from 'vitest'
import { sharedPace } from '../../functions/send/shared-pace.ts'
import type { Pace } from '../../mail/ports/pace.ts'
import { virtualClock, type VirtualClock } from '../virtual-clock.ts'

const never = new AbortController().signal

describe('the share of a rate that one environment uses', () => {
  it('is 97 % of an even part of it', async () => {
    const clock = virtualClock()
    const pacer = sharedPace(clock, 5)
    const times = await leavingTimes(clock, pacer, 40, 97)
    // 18.818 a second; the first eleven make up for the half second before.
    expect(times.at(-1)! - times.at(-20)!).toBeCloseTo((19 / ((97 * 0.97) / 5)) * 1_000, -1)
  })

  it('makes up for half a second without sending, and no longer', async () => {
    const clock = virtualClock()
    const pacer = sharedPace(clock, 1)
    await leavingTimes(clock, pacer, 50, 10)
    await clock.advance(3_600_000)
    const times = await leavingTimes(clock, pacer, 20, 10)
    expect(times.filter((time) => time === 0)).toHaveLength(1 + Math.floor(0.5 * 9.7))
    // Between batches of ten nothing is lost that took less than that.
    await clock.advance(400)
    expect((await leavingTimes(clock, pacer, 1, 10))[0]).toBe(0)
  })

  it('is no share without a rate', async () => {
    const clock = virtualClock()
    expect(await leavingTimes(clock, sharedPace(clock, 5), 100, null)).toEqual(Array(100).fill(0))
  })
})

/** When each of so many left, in milliseconds from now. */
async function leavingTimes(clock: VirtualClock, pacer: Pace, count: number, rate: number | null) {
  const start = clock.now()
  const times = Array.from({ length: count }, async () => {
    await pacer.take(1, rate, never)
    return clock.now() - start
  })
  // Those whose turn it is at once are gone before time goes on.
  await clock.advance(0)
  await clock.advance(60_000)
  return Promise.all(times)
}
