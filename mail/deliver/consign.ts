import { capture } from './capture.ts'
import type { Content, Email } from '../email/email.ts'
import { handOff, type Try } from './hand-off.ts'
import type { Outcome } from '../email/outcome.ts'
import { pack } from './pack.ts'
import type { Postern } from '../ports/postern.ts'
import type { Candidate } from './route.ts'
import { mayReceive } from '../settings/safety.ts'
import type { InForce } from '../ports/in-force.ts'

/**
 * Sends every waiting recipient of an email where it belongs: to an engine, or, where the safety
 * rules keep real mail from it, to the captures, to somebody else, or nowhere.
 */
export async function consign(
  postern: Postern,
  inForce: InForce,
  engines: readonly Candidate[],
  email: Email,
  content: Content,
): Promise<Try[]> {
  const { settings } = inForce
  const { safety } = settings
  const packFor = (recipients: readonly string[]) => pack(email, content, settings, recipients)
  const waiting = email.recipients.filter(({ state }) => state === 'queued')
  const addresses = waiting.map(({ address }) => address)
  // Whatever the job or the route says: this email never leaves.
  if (email.capture) return handOff(postern, inForce, captureOnly, addresses, packFor)

  const { allowed = [], kept = [] } = Object.groupBy(addresses, (address) =>
    mayReceive(address, safety) ? 'allowed' : 'kept',
  )
  const tries = kept.length > 0 ? await keep(kept) : []
  if (allowed.length === 0) return tries
  return [...tries, ...(await handOff(postern, inForce, engines, allowed, packFor))]

  async function keep(recipients: readonly string[]): Promise<Try[]> {
    const at = postern.clock.now()
    const kept = (outcome: Outcome): Try[] => [{ engine: 'safety', at, recipients, outcome }]
    switch (safety.otherwise) {
      case 'capture':
        await capture(packFor(recipients), postern.captures, postern.clock)
        return kept({ kind: 'captured', reason })
      case 'drop':
        return kept({ kind: 'discarded', reason })
      case 'redirect': {
        const redirect = { to: safety.redirectTo!, instead: recipients }
        return handOff(postern, inForce, engines, recipients, () =>
          pack(email, content, settings, recipients, redirect),
        )
      }
    }
  }
}

const captureOnly: readonly Candidate[] = [{ name: 'noop', pauses: 0 }]

const reason = 'safety.allow does not name this recipient'
