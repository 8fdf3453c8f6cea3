import type { Outcome } from '../email/outcome.ts'
import type { Clock } from '../ports/clock.ts'
import type { Pulse } from '../ports/fleet.ts'
import type { Trouble } from '../ports/standing.ts'

/** So many recipients in a row for whom nothing was taken are no accident of one mailbox. */
const mostRecipients = 3

/** Nor are two of them, so many milliseconds apart. */
const longestMs = 60_000

/** What was not taken before a quiet time of so many milliseconds says nothing of now. */
const quietMs = 600_000

/** On an engine that took something so lately (ms), one lost connection says nothing yet. */
const lateMs = 10_000

/** Trouble that goes on is told again after so many milliseconds at the earliest: a write each. */
const retellMs = 10_000

/** A try that is under way: since when, and for whom first of all. */
interface Begun {
  readonly at: number
  readonly to: string
}

/**
 * Whether an engine takes email, by what this process has seen: counted in memory, for every email.
 * An engine is in trouble when a connection fails that no other email would have got either, or
 * when nothing was taken for three recipients in a row, or for two in the course of a minute. One
 * that is tried again and again may have a full mailbox.
 */
export function pulse({ now }: Pick<Clock, 'now'>): Pulse {
  const open = new Set<Begun>()
  let lastTaken = Number.NEGATIVE_INFINITY
  let empty: { readonly since: number; readonly by: Set<string | symbol>; last: number } | undefined
  let toldAt: number | undefined
  let proved: string | undefined

  function emptyTry({ at, to }: Begun, outcome: Outcome & { reason: string }): Trouble | undefined {
    const time = now()
    if (!empty || time - empty.last > quietMs)
      empty = { since: Math.max(at, lastTaken), by: new Set(), last: time }
    empty.last = time
    const ofEngine = outcome.kind === 'deferred' && outcome.ofEngine === true
    // A connection that fails counts each time; what one recipient is refused, once.
    if (empty.by.size < mostRecipients) empty.by.add(ofEngine ? Symbol() : to)
    const { since } = empty
    const witnesses = empty.by.size
    const isSure =
      (ofEngine && time - lastTaken >= lateMs) ||
      witnesses >= mostRecipients ||
      (witnesses > 1 && time - since >= longestMs)
    if (!isSure || (toldAt !== undefined && time - toldAt < retellMs)) return undefined
    toldAt = time
    return { since, reason: outcome.reason, ofEngine }
  }

  function taken(isTroubled: boolean): 'well' | undefined {
    const wasTold = isTroubled || toldAt !== undefined
    lastTaken = now()
    empty = toldAt = undefined
    return wasTold ? 'well' : undefined
  }

  return {
    begin(to, isTroubled) {
      const one = { at: now(), to }
      open.add(one)
      return (outcome) => {
        open.delete(one)
        if (isEmpty(outcome)) return emptyTry(one, outcome)
        return isAnswer(outcome) ? taken(isTroubled) : undefined
      }
    },
    isFirst(version) {
      const isFirst = proved !== version
      proved = version
      return isFirst
    },
    takenAt: () => lastTaken,
    silence(ms) {
      const [oldest] = open
      const since = oldest && Math.max(oldest.at, lastTaken)
      if (since === undefined || now() - since < ms || toldAt !== undefined) return undefined
      toldAt = now()
      const reason = `no answer for ${Math.round((toldAt - since) / 1_000)} s`
      return { since: empty?.since ?? since, reason, ofEngine: true }
    },
  }
}

/** Not the block that pauses the engine, which says more. */
function isEmpty(outcome: Outcome): outcome is Outcome & { reason: string } {
  const { kind } = outcome
  return kind === 'deferred' || kind === 'ambiguous' || (kind === 'blocked' && !!outcome.doubtful)
}

/** A refusal of this email is one too, unless the engine was not asked. */
function isAnswer(outcome: Outcome): boolean {
  return outcome.kind === 'rejected' ? outcome.elsewhere !== true : outcome.kind !== 'blocked'
}
