import {
  withEntry,
  type Email,
  type EmailChange,
  type Recipient,
  type TimelineEntry,
} from '../email/email.ts'
import type { Try } from './hand-off.ts'
import { isOutOfPatience, isOutOfTime, mostRepeats, retryDelayMs } from '../retry.ts'
import { isSettled, rollUp, type RecipientState } from '../email/states.ts'

export interface SettlementOptions {
  readonly now: number
  readonly giveUpAfterHours: number
  /** 0 to 1: the jitter of the next attempt. */
  readonly random: number
  /** No other attempt follows, whatever this one came to. */
  readonly isLast?: boolean
}

/** What an attempt changes in the record: a pure function of what the engines answered. */
export function settlement(
  email: Email,
  tries: readonly Try[],
  options: SettlementOptions,
): EmailChange {
  const counted = tries.some(({ outcome, passedOn }) => outcome.kind !== 'blocked' && !passedOn)
  const attempts = email.attempts + (counted ? 1 : 0)
  const timeline = tries.reduce((so, one) => withEntry(so, entryOf(one, email)), email.timeline)
  const recipients = email.recipients.map((recipient) => tries.reduce(afterTry(email), recipient))
  const lastReason = tries.map(({ outcome }) => outcome.reason).findLast((reason) => reason)
  const change = boundCopies({ recipients, attempts, timeline, lastReason }, options.now)
  if (!change.recipients.some(({ state }) => state === 'queued'))
    return concluded(change, options.now)
  if (options.isLast) return concluded(givenUp(change, options.now), options.now)
  const isOver = counted ? isOutOfTime : isOutOfPatience
  if (isOver(email, options.now, options.giveUpAfterHours))
    return counted
      ? concluded(givenUp(change, options.now), options.now)
      : asHeld(change, options.now, lastReason ?? 'blocked')
  if (!counted) return { ...change, ...waitingForEngine(tries, options.now) }
  const delay = retryDelayMs(attempts, options.random, retryAfterOf(tries))
  return { ...change, state: 'queued', nextAttemptAt: options.now + delay }
}

/** May be tried whenever the engine is well again; at once with other settings than it was tried with. */
function waitingForEngine(tries: readonly Try[], now: number): EmailChange {
  const isOutdated = tries.some(({ outdated }) => outdated)
  return { state: 'queued', nextAttemptAt: isOutdated ? now : undefined }
}

type Change = EmailChange & Pick<Email, 'recipients' | 'timeline'>

/** In all: the record of an email with a thousand recipients has to fit 400 KB in DynamoDB. */
const mostReasonCharacters = 100_000

/** What one try means for one recipient; nothing when it was not among those tried. */
function afterTry({ onAmbiguous, recipients: { length: total } }: Email) {
  return (recipient: Recipient, { recipients, outcome, passedOn }: Try): Recipient => {
    if (passedOn) return recipient
    if (recipient.state !== 'queued' || !recipients.includes(recipient.address)) return recipient
    const refused = 'refused' in outcome ? outcome.refused : undefined
    const own = refused?.find(({ address }) => address === recipient.address)
    const { kind, reason: words } = own ?? outcome
    const reason = words?.slice(0, mostReasonCharacters / total)
    const { address, doubts: before = 0 } = recipient
    const doubts = kind === 'ambiguous' ? before + 1 : before
    const isHeld = onAmbiguous === 'hold' || (outcome.kind === 'ambiguous' && outcome.hold)
    const state = kind === 'ambiguous' && isHeld ? 'held' : stateAfter[kind]
    return { address, state, ...(reason && { reason }), ...(doubts > 0 && { doubts }) }
  }
}

/** The number of copies is bounded, however often an engine leaves it in doubt that it took one. */
function boundCopies(change: Change, now: number): Change {
  const isBound = ({ state, doubts = 0 }: Recipient) => state === 'queued' && doubts > mostRepeats
  const bound = change.recipients.find(isBound)
  if (!bound) return change
  const reason = `may have been sent ${bound.doubts} times: ${bound.reason}`
  const recipients = change.recipients.map((recipient) =>
    isBound(recipient) ? { ...recipient, state: 'held' as const } : recipient,
  )
  const timeline = withEntry(change.timeline, { at: now, what: 'held', reason })
  return { ...change, recipients, timeline, lastReason: reason }
}

const stateAfter: Readonly<Record<Try['outcome']['kind'], RecipientState>> = {
  sent: 'sent',
  captured: 'captured',
  discarded: 'discarded',
  suppressed: 'suppressed',
  rejected: 'failed',
  deferred: 'queued',
  blocked: 'queued',
  ambiguous: 'queued',
}

/** Nothing is left to wait for: the email is settled, or a person must look at it. */
function concluded(change: Change, now: number): EmailChange {
  const state = rollUp(change.recipients.map((recipient) => recipient.state))
  const settledAt = isSettled(state) ? now : undefined
  return { ...change, state, settledAt, nextAttemptAt: undefined }
}

/** Out of time: failed, but for those that may have a copy, of whom only a person can say that. */
function givenUp(change: Change, now: number): Change {
  const recipients = change.recipients.map((recipient) =>
    waiting(recipient, recipient.doubts ? 'held' : 'failed'),
  )
  const timeline = withEntry(change.timeline, { at: now, what: 'gaveUp' })
  return { ...change, recipients, timeline }
}

/** Kept for a person to decide: not the email's fault, so it does not fail. */
export function asHeld(email: Change, now: number, reason: string): EmailChange {
  const recipients = email.recipients.map((recipient) => waiting(recipient, 'held'))
  const timeline = withEntry(email.timeline, { at: now, what: 'held', reason })
  const { attempts } = email
  return concluded({ attempts, recipients, timeline, lastReason: reason }, now)
}

function waiting(recipient: Recipient, state: RecipientState): Recipient {
  return recipient.state === 'queued' ? { ...recipient, state } : recipient
}

function retryAfterOf(tries: readonly Try[]): number {
  const last = tries.at(-1)?.outcome
  return (last?.kind === 'deferred' && last.retryAfterSeconds) || 0
}

function entryOf({ at, engine, outcome, from }: Try, email: Email): TimelineEntry {
  const { kind, ...rest } = outcome
  const { reason, remoteId, refused = [] } = rest as Partial<TimelineEntry>
  // Of those, the try that follows tells what became of them.
  const others = refused.filter(({ atOnce }) => !(atOnce && kind === 'sent'))
  return {
    at,
    what: 'attempt',
    engine,
    outcome: kind,
    // What the record says otherwise.
    ...(from && from !== email.from.address && { from }),
    ...(reason && { reason }),
    ...(remoteId && { remoteId }),
    ...(others.length > 0 && { refused: others }),
  }
}
