import type { Recipient } from '../email/email.ts'
import type { Signal } from '../email/signal.ts'
import type { RecipientState } from '../email/states.ts'

/** What a recipient has come to, as far as signals tell. */
export type Standing = Omit<Recipient, 'address' | 'doubts'>

/** What a signal makes of a recipient. */
export function standingFrom(signal: Signal): Standing {
  const { at: toldAt, text, bounce, reported } = signal
  const state = stateFrom(signal)
  return {
    state,
    toldAt,
    ...(text && { reason: text }),
    ...(state === 'bounced' && bounce !== 'autoReply' && { bounce: bounce ?? 'soft' }),
    ...(state === 'bounced' && reported && { reported }),
  }
}

/**
 * The higher of two, whichever came first: so the end is the same in any order. A signal says more
 * than the answer of an engine, and of two that say the same the later holds.
 */
export function higher(one: Standing, other: Standing): Standing {
  return compare(one, other) >= 0 ? one : other
}

function compare(one: Standing, other: Standing): number {
  return (
    rankOf(one) - rankOf(other) ||
    (one.toldAt ?? 0) - (other.toldAt ?? 0) ||
    Number((one.reason ?? '') > (other.reason ?? '')) - 0.5
  )
}

/** What an email is before any signal: of an engine's own making, or in doubt. */
const untold = -1

const ranks: Readonly<Partial<Record<RecipientState, number>>> = {
  sent: 0,
  delivery_delayed: 1,
  delivered: 3,
  suppressed: 4,
  failed: 4,
  complained: 8,
}

/** A soft bounce that no server reported is a guess, and less than a delivery. */
const guessedBounce = 2
const reportedBounce = { soft: 5, policy: 6, hard: 7 } as const

function rankOf({ state, bounce = 'soft', reported, toldAt }: Standing): number {
  if (state === 'bounced')
    return bounce === 'soft' && !reported ? guessedBounce : reportedBounce[bounce]
  // Of our own making, unless told.
  if ((state === 'suppressed' || state === 'failed') && toldAt === undefined) return untold
  return ranks[state] ?? untold
}

/** Of a signal that only proves that the provider took it, an automatic reply for one: `sent`. */
function stateFrom({ kind, bounce }: Signal): RecipientState {
  if (kind === 'bounced' && bounce === 'autoReply') return 'sent'
  return states[kind]
}

const states: Readonly<Record<Signal['kind'], RecipientState>> = {
  accepted: 'sent',
  delivered: 'delivered',
  delayed: 'delivery_delayed',
  bounced: 'bounced',
  complained: 'complained',
  suppressed: 'suppressed',
  rejected: 'failed',
  opened: 'sent',
  clicked: 'sent',
  unsubscribed: 'sent',
}
