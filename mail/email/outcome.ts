export const refusalKinds = ['deferred', 'rejected'] as const

/** What became of one recipient that the rest of the attempt does not speak for. */
export interface RefusedRecipient {
  readonly address: string
  readonly kind: (typeof refusalKinds)[number]
  /** The server's own words, bounded and on one line. */
  readonly reason: string
  /** It was one too many for this transaction, not refused itself: the next one may begin at once. */
  readonly atOnce?: true
}

interface Attempted {
  /** Recipients whose fate differs from the outcome itself, one by one. */
  readonly refused?: readonly RefusedRecipient[]
}

interface NotSent extends Attempted {
  readonly reason: string
}

export const outcomeKinds = [
  'sent',
  'captured',
  'discarded',
  'suppressed',
  'deferred',
  'rejected',
  'blocked',
  'ambiguous',
] as const

/**
 * - `sent`: an engine accepted it.
 * - `captured`, `discarded`: the no-op engine kept it, or dropped it with a record.
 * - `suppressed`: handed to no engine, because its recipients get nothing.
 * - `deferred`: proven not accepted; try again later.
 * - `rejected`: refused for good, because of this email or this recipient.
 * - `blocked`: about the engine, not about the email: the email waits and the attempt is not counted.
 * - `ambiguous`: may have been accepted; it cannot be known from here (RFC 1047).
 */
export type OutcomeKind = (typeof outcomeKinds)[number]

/** What one try at one engine came to. Data, never an exception. */
export type Outcome = {
  [Kind in OutcomeKind]: Details[Kind] & { readonly kind: Kind }
}[OutcomeKind]

/** What is recorded of each kind of outcome. */
interface Details {
  readonly sent: Attempted & { readonly remoteId?: string; readonly reason?: string }
  readonly captured: { readonly reason?: string }
  readonly discarded: { readonly reason?: string }
  readonly suppressed: { readonly reason: string }
  readonly deferred: NotSent & {
    /** What the server asked for (Retry-After), in seconds. */
    readonly retryAfterSeconds?: number
    /** No other email would have been taken: the engine was not reached, or took none at all. */
    readonly ofEngine?: true
  }
  readonly rejected: NotSent & {
    /** Only this engine cannot carry the email: another may. */
    readonly elsewhere?: boolean
  }
  readonly blocked: NotSent & {
    /** It may hold for the domains of these recipients alone. */
    readonly doubtful?: boolean
    /** It holds for this sender alone, however often it is met: only such email waits. */
    readonly ofSender?: boolean
  }
  readonly ambiguous: NotSent & {
    /** Held for a person in any case, whatever the email asks for in doubt. */
    readonly hold?: true
  }
}

/**
 * What an engine says of a request, and that others have to go with the next one.
 *
 * @param left recipients for whom the request had no room
 */
export function withLeft(outcome: Outcome, left: readonly string[]): Outcome {
  const speaksForAll = outcome.kind === 'deferred' || outcome.kind === 'blocked'
  if (left.length === 0 || speaksForAll || !('reason' in outcome || outcome.kind === 'sent'))
    return outcome
  const reason = 'too many recipients for one request: the rest go with the next'
  const waiting = left.map(
    (address) => ({ address, kind: 'deferred', reason, atOnce: true }) as const,
  )
  const refused = 'refused' in outcome ? (outcome.refused ?? []) : []
  return { ...outcome, refused: [...refused, ...waiting] } as Outcome
}

/** Whether an engine would take mail now, in its own words when not. */
export type Verdict =
  /** `warnings`: it works, but a person should know this of the account or server. */
  | { readonly valid: true; readonly warnings?: readonly string[]; readonly quota?: Quota }
  | { readonly valid: false; readonly reason: string }

/** What an account may send, as its provider says. */
export interface Quota {
  /** Recipients of the last 24 hours. */
  readonly used: number
  /** Recipients in 24 hours; null: no limit. */
  readonly most: number | null
  /** It may send to verified addresses alone. */
  readonly isSandbox: boolean
}

/** Longest remote text that is kept, in characters: enough for any honest SMTP reply. */
const longestReason = 500

/**
 * Remote text made fit to keep: one line, no control characters, bounded.
 * Replies are hostile input; code that shows them still has to escape them.
 */
export function remoteText(text: string): string {
  const line = text.slice(0, longestReason * 4).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
  return line.trim().slice(0, longestReason)
}
