import { describe, expect, it } from 'vitest'
import { pace, type Pace } from '../../mail/pace.ts'
import { virtualClock, type VirtualClock } from '../virtual-clock.ts'

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

  it('holds rates below one and above a thousand', async () => {
    expect(await leavingTimes([1, 1, 1], 0.5)).toEqual([0, 2_000, 4_000])
    const times = await leavingTimes(Array<number>(9).fill(1), 4_000)
    expect(times).toEqual([0, 1, 1, 1, 1, 2, 2, 2, 2])
  })

  it('saves nothing up in a quiet hour', async () => {
    const clock = virtualClock()
    const pacer = pace(clock)
    await pacer.take(1, 1, never)
    await clock.advance(3_600_000)
    expect(await leavingTimes([1, 1, 1], 1, clock, pacer)).toEqual([0, 1_000, 2_000])
  })

  it('lets go of whoever is told to stop', async () => {
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
