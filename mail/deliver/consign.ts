import type { Content, Email } from '../email/email.ts'
import type { Outcome } from '../email/outcome.ts'
import { settingsIn } from '../settings/in-project.ts'
import { mayReceive } from '../settings/safety.ts'
import { capture } from './capture.ts'
import { handOff, type Try } from './hand-off.ts'
import { withListLink } from './list-link.ts'
import { pack } from './pack.ts'
import { partSuppressed } from './suppressed.ts'
import { practiceFor, type ChosenEngine } from './route.ts'
import type { Turn } from './turn.ts'

/**
 * Sends each waiting recipient of an email where it belongs: to an engine; nowhere, where it is
 * suppressed; or, where the safety rules keep real mail from it, to the captures, to another
 * address, or nowhere.
 */
export async function consign(
  turn: Turn,
  engines: readonly ChosenEngine[],
  email: Email,
  content: Content,
): Promise<Try[]> {
  const { postern, inForce } = turn
  const settings = settingsIn(inForce.settings, email.project)
  const { safety } = settings
  const { compose } = postern
  const waiting = email.recipients.filter(({ state }) => state === 'queued')
  const addresses = waiting.map(({ address }) => address)
  const { open, tries } = await partSuppressed(turn, email, addresses)
  if (open.length === 0) return [...tries]
  const linked = await withListLink(turn, email, content, settings)
  if (linked.kind === 'blocked') return [...tries, tryAt('unsubscribe', open, linked)]
  const whole: Content = linked
  const packFor = (recipients: readonly string[]) =>
    pack(email, whole, settings, { recipients, compose })
  // This email never leaves, whatever the job or the route says.
  if (email.capture) return [...tries, ...(await handTo(captureOnly)(open))]

  const allowed = open.filter((address) => mayReceive(address, safety))
  const barred = open.filter((address) => !mayReceive(address, safety))
  const kept = barred.length > 0 ? await keep(barred) : []
  const sent = allowed.length > 0 ? await handTo(engines)(allowed) : []
  return [...tries, ...kept, ...sent]

  function handTo(chosen: readonly ChosenEngine[]) {
    const hand = (recipients: readonly string[]) => handOff(turn, chosen, recipients, packFor)
    return async (recipients: readonly string[]) => {
      if (practiceFor(turn).length === 0) return hand(recipients)
      // Loaded where there are rules: a start has no time for them.
      return (await import('./practice.ts')).practised(turn, email, recipients, hand)
    }
  }

  function tryAt(engine: string, recipients: readonly string[], outcome: Outcome): Try {
    return { engine, at: postern.clock.now(), recipients, outcome }
  }

  async function keep(recipients: readonly string[]): Promise<Try[]> {
    const asTry = (outcome: Outcome) => [tryAt('safety', recipients, outcome)]
    switch (safety.otherwise) {
      case 'capture':
        await capture(packFor(recipients), postern.captures, postern.clock)
        return asTry({ kind: 'captured', reason })
      case 'drop':
        return asTry({ kind: 'discarded', reason })
      case 'redirect': {
        const addressees = { recipients, redirectTo: safety.redirectTo!, compose }
        return handOff(turn, engines, recipients, () => pack(email, whole, settings, addressees))
      }
    }
  }
}

const captureOnly: readonly ChosenEngine[] = [{ name: 'noop', pauses: 0 }]

const reason = 'safety.allow does not name this recipient'
