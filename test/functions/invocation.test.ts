import { describe, expect, it } from 'vitest'
import { sendTimes } from '../../backends/aws/env.ts'
import { deadlines } from '../../engines/time/deadlines.ts'
import {
  beginningMs,
  bulkBeginningMs,
  during,
  settlingMs,
} from '../../functions/send/invocation.ts'
import { graceMs } from '../../mail/deliver/hand-off.ts'
import { leaseSeconds } from '../../mail/deliver/lease.ts'
import { virtualClock } from '../virtual-clock.ts'

const invocationMs = sendTimes.invocationSeconds * 1_000
const visibilityMs = sendTimes.visibilitySeconds * 1_000

/** The arithmetic of docs/decisions/0012-time.md. */
describe('the times of the send function', () => {
  it('leave the attempt that begins last four minutes for the answer to the dot', () => {
    expect(invocationMs - beginningMs - settlingMs).toBeGreaterThanOrEqual(4 * 60_000)
  })

  it('leave a whole request by HTTP its minute', () => {
    expect(invocationMs - beginningMs - settlingMs).toBeGreaterThan(deadlines.http)
  })

  it('leave time to write down what became of an email whose engine does not obey', () => {
    expect(settlingMs).toBeGreaterThanOrEqual(graceMs + 5_000)
  })

  it('are ones that Lambda and SQS take', () => {
    expect(sendTimes.invocationSeconds).toBeLessThanOrEqual(900)
    expect(visibilityMs).toBeGreaterThan(invocationMs)
  })

  it('let a crash be noticed within six and a half minutes', () => {
    // A message shows again after its visibility, and then waits for the lease of who died.
    const leaseEnds = invocationMs + leaseSeconds * 1_000
    expect(Math.max(visibilityMs, leaseEnds)).toBeLessThanOrEqual(390_000)
  })
})

describe('an invocation', () => {
  it('begins no more bulk email after a moment, unless others keep it busy', async () => {
    const clock = virtualClock()
    const seen: string[] = []
    const over = Promise.withResolvers<undefined>()
    const urgent = Promise.withResolvers<undefined>()
    const running = during({ clock, remainingMs: 300_000 }, async (stop) => {
      void stop.within({ lane: 'a.test' }, () => urgent.promise)
      void stop.within({ lane: 'bulk:a.test' }, async ({ stopping: own }) => {
        own.addEventListener('abort', () => seen.push('bulk'))
      })
      stop.stopping.addEventListener('abort', () => seen.push('all'))
      await over.promise
    })
    await clock.advance(bulkBeginningMs + 1_000)
    expect(seen).toEqual([])
    urgent.resolve(undefined)
    await clock.advance(0)
    expect(seen).toEqual(['bulk'])
    await clock.advance(beginningMs)
    expect(seen).toEqual(['bulk', 'all'])
    over.resolve(undefined)
    await running
    expect(clock.waiting).toBe(0)
  })
})
