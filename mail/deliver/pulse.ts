import type { Outcome } from '../email/outcome.ts'
import type { Clock } from '../ports/clock.ts'
import type { Pulse } from '../ports/fleet.ts'
import type { Trouble } from '../ports/standing.ts'

/** So many tries in a row that took nothing are no accident of one email. */
const mostTries = 3

/** Nor are two of them, so many milliseconds apart. */
const longestMs = 60_000

/** On an engine that took something so lately (ms), one lost connection says nothing yet. */
const lateMs = 10_000

/** Trouble that goes on is told again after so many milliseconds at the earliest: a write each. */
const retellMs = 10_000

/**
 * Whether an engine takes email, by what this process has seen: counted in memory, for every email.
 * An engine is in trouble when a connection fails that no other email would have got either, or
 * when nothing was taken by three tries in a row or for a minute.
 */
export function pulse({ now }: Pick<Clock, 'now'>): Pulse {
  const open = new Set<{ readonly at: number }>()
  let lastTaken = Number.NEGATIVE_INFINITY
  let empty: { readonly since: number; readonly tries: number } | undefined
  let toldAt: number | undefined
  let proved: string | undefined

  function emptyTry(at: number, outcome: Outcome & { reason: string }): Trouble | undefined {
    const time = now()
    const since = empty?.since ?? Math.max(at, lastTaken)
    empty = { since, tries: (empty?.tries ?? 0) + 1 }
    const ofEngine = outcome.kind === 'deferred' && outcome.ofEngine === true
    const isSure =
      (ofEngine && time - lastTaken >= lateMs) ||
      empty.tries >= mostTries ||
      time - since >= longestMs
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
    begin(isTroubled) {
      const one = { at: now() }
      open.add(one)
      return (outcome) => {
        open.delete(one)
        if (isEmpty(outcome)) return emptyTry(one.at, outcome)
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
