import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  blockedSince,
  engineWaitMs,
  isOutOfPatience,
  isOutOfTime,
  pauseMs,
  pauseWaitMs,
  retryDelayMs,
} from '../../mail/retry.ts'

const hour = 3_600_000

describe('an email of a paused lane', () => {
  it('looks again after a tenth of the pause, 30 seconds to 15 minutes', () => {
    const seconds = [0, 60, 600, 3_600, 86_400].map((s) => pauseWaitMs(s * 1_000, 0) / 1_000)
    expect(seconds).toEqual([30, 30, 60, 360, 900])
  })

  it.each([
    ['paused all the time', (waited: number) => waited],
    ['paused again and again', () => 0],
  ])('looks fewer than 500 times in 72 hours, %s', (_, pausedMs) => {
    let looks = 0
    for (let at = 0; at < 72 * hour; at += pauseWaitMs(pausedMs(at), at)) looks += 1
    expect(looks).toBeLessThan(480)
  })
})

describe('the retry schedule', () => {
  it('begins at 30 seconds and doubles up to an hour', () => {
    const seconds = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => retryDelayMs(n, 1) / 1_000)
    expect(seconds).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600])
  })

  it('is spread by a jitter between half and the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), unit(), (attempts, random) => {
        const whole = retryDelayMs(attempts, 1)
        const delay = retryDelayMs(attempts, random)
        expect(delay).toBeGreaterThanOrEqual(whole / 2)
        expect(delay).toBeLessThanOrEqual(whole)
      }),
    )
  })

  it('never comes sooner than the server asked, up to six hours', () => {
    expect(retryDelayMs(1, 0, 120)).toBe(120_000)
    expect(retryDelayMs(9, 1, 120)).toBe(hour)
    expect(retryDelayMs(1, 0, 1e9)).toBe(6 * hour)
  })

  it('tries a deferred email at most about forty times in 24 hours', () => {
    let age = 0
    let attempts = 0
    while (!isOutOfTime({ since: 0 }, age, 24)) age += retryDelayMs(++attempts, 0.5)
    expect(attempts).toBeGreaterThan(20)
    expect(attempts).toBeLessThan(50)
  })
})

describe('the pauses of a blocked engine', () => {
  it('grow from 30 seconds to a quarter of an hour', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map((n) => pauseMs(n) / 1_000)).toEqual([
      30, 60, 120, 240, 480, 900, 900, 900,
    ])
  })
})

describe('patience', () => {
  it('ends after giveUpAfterHours for a deferred email', () => {
    expect(isOutOfTime({ since: 0 }, 24 * hour - 1, 24)).toBe(false)
    expect(isOutOfTime({ since: 0 }, 24 * hour, 24)).toBe(true)
  })

  it('ends after 72 hours at the latest for a blocked one', () => {
    expect(isOutOfPatience({ since: 0 }, 72 * hour, 1_000)).toBe(true)
    expect(isOutOfPatience({ since: 0 }, 72 * hour - 1, 1_000)).toBe(false)
    expect(isOutOfPatience({ since: 0 }, 2 * hour, 2)).toBe(true)
  })
})

function unit() {
  return fc.double({ min: 0, max: 1, noNaN: true })
}

describe('an engine that is blocked', () => {
  it('has been since before all of its pauses', () => {
    expect(blockedSince({ pauses: 0 })).toBeUndefined()
    const pausedUntil = 1_000_000
    expect(blockedSince({ pauses: 1, pausedUntil })).toBe(pausedUntil - 30_000)
    expect(blockedSince({ pauses: 3, pausedUntil })).toBe(pausedUntil - 210_000)
  })
})

describe('an email that waits for its engine', () => {
  it('looks again after a tenth of the time it has waited, between 30 s and 15 min', () => {
    const minutes = [0, 1, 5, 10, 60, 150, 1_000]
    const waits = minutes.map((waited) => engineWaitMs(waited * 60_000) / 60_000)
    expect(waits).toEqual([0.5, 0.5, 0.5, 1, 6, 15, 15])
  })

  it('is shown by SQS far less than 500 times before it is held', () => {
    let looks = 0
    for (let age = 0; !isOutOfPatience({ since: 0 }, age, 72); looks++) age += engineWaitMs(age)
    expect(looks).toBeLessThan(350)
  })
})
