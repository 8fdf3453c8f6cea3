import type { Email, EmailChange, TimelineEntry } from './email/email.ts'
import type { Emails } from './ports/emails.ts'
import { isSettled } from './email/states.ts'

/** What an attempt came to. Ids, names and numbers: no address, no reply that may quote one. */
export interface AttemptReport {
  readonly id: string
  readonly project: string
  readonly state: Email['state']
  readonly attempts: number
  readonly tries: readonly Tried[]
  readonly settled: boolean
  /** How long it had waited for its first attempt; undefined when this was a later one. */
  readonly waitedMs?: number
  /** Where the email stands in a trace. */
  readonly traceparent?: string
}

interface Tried {
  readonly engine: string
  readonly outcome: string
  /** When it began. */
  readonly at: number
}

/** What is never settled, as its lease ran out, stays until so many others were claimed. */
const mostClaimed = 10_000

/** The same records, telling of every attempt once it is written down. */
export function observedEmails(emails: Emails, tell: (attempted: AttemptReport) => void): Emails {
  const claimed = new Map<string, { readonly before: Email; readonly at: number }>()
  return {
    ...emails,
    async claim(id, now, leaseSeconds) {
      const claim = await emails.claim(id, now, leaseSeconds)
      if (claim.kind === 'claimed') {
        claimed.set(claim.claim, { before: claim.email, at: now })
        if (claimed.size > mostClaimed) claimed.delete(claimed.keys().next().value!)
      }
      return claim
    },
    async settle(id, claim, change, also) {
      const held = claimed.get(claim)
      claimed.delete(claim)
      const isOurs = await emails.settle(id, claim, change, also)
      if (isOurs && held) tell(attemptedOf(held.before, change, held.at))
      return isOurs
    },
  }
}

function attemptedOf(before: Email, change: EmailChange, at: number): AttemptReport {
  const { state = before.state, attempts = before.attempts, timeline = [] } = change
  const tries = timeline.filter((entry) => !before.timeline.includes(entry)).flatMap(tryOf)
  const isFirst = !before.timeline.some(({ what }) => what === 'attempt')
  return {
    id: before.id,
    project: before.project,
    state,
    attempts,
    tries,
    settled: isSettled(state),
    ...(before.traceparent !== undefined && { traceparent: before.traceparent }),
    ...(isFirst && { waitedMs: Math.max(0, at - before.dueAt) }),
  }
}

function tryOf({ what, engine, outcome, at }: TimelineEntry): Tried[] {
  return what === 'attempt' && engine && outcome ? [{ engine, outcome, at }] : []
}
