import { describe, expect, it } from 'vitest'
import { sendTimes } from '../../backends/aws/env.ts'
import { deadlines } from '../../engines/time/deadlines.ts'
import { beginningMs, settlingMs } from '../../functions/send/invocation.ts'
import { graceMs } from '../../mail/deliver/hand-off.ts'
import { leaseSeconds } from '../../mail/deliver/lease.ts'

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
