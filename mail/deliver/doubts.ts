import { domainOf } from '../email/address.ts'
import type { Outcome } from '../email/outcome.ts'
import type { Parcel } from '../email/parcel.ts'
import type { Clock } from '../ports/clock.ts'
import type { Engine } from '../ports/engine.ts'
import { hourMs } from '../email/time.ts'

/** Longest that a refusal at one domain counts against the engine, in milliseconds. */
const memoryMs = hourMs

const alone = 'met at one domain so far: other email is still sent'
const general = 'met at several domains, and no other email left in between'

/**
 * The engine, which says of a doubtful refusal whether it holds for all. What only one recipient's
 * domain has met blocks nothing but that email; what another domain meets too, before anything is
 * accepted in between, is the engine's own trouble. Each process judges by what it has seen.
 */
export function withDoubts(engine: Engine, clock: Pick<Clock, 'now'>): Engine {
  const met = new Map<string, number>()

  function judged(outcome: Outcome, recipients: readonly string[]): Outcome {
    if (outcome.kind === 'sent') met.clear()
    if (outcome.kind !== 'blocked' || !outcome.doubtful || outcome.ofSender) return outcome
    const now = clock.now()
    for (const [domain, at] of met) if (now - at > memoryMs) met.delete(domain)
    for (const address of recipients) met.set(domainOf(address), now)
    const doubtful = met.size < 2
    return { ...outcome, doubtful, reason: `${outcome.reason} (${doubtful ? alone : general})` }
  }

  return {
    ...engine,
    async send(parcel: Parcel, signal: AbortSignal) {
      return judged(await engine.send(parcel, signal), parcel.envelope.to)
    },
  }
}
