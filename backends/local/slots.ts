import { streams, type Stream } from '../../mail/email/stream.ts'
import type { Clock } from '../../mail/ports/clock.ts'

/** How many jobs may be worked on at a time. */
interface Slots {
  /** How many of a stream may begin now. */
  free(stream: Stream): number
  /** How many of both may begin now. */
  readonly together: number
  /** Takes one; what it returns gives it back. */
  take(stream: Stream): () => void
  /** When another one gets free at the latest, while a stream has none; undefined where time frees none. */
  readonly nextFreeAt: number | undefined
}

/** What takes longer is slow: most servers answer in a tenth of this. In milliseconds. */
const slowMs = 1_000

/** Of all there is, this much is left for the other stream, whatever one of them does. */
const spared = 0.2

/**
 * A slow job does not hold up the others: after a second it goes on without its slot.
 * So many may do that, since each has a connection and a content in memory; more keep their slots.
 * One stream never has them all: next to what it may have, a fifth of the whole is there for the other.
 *
 * @param most slots that one stream may have
 * @param mostSlow jobs of one stream that go on without one
 */
export function slots(clock: Pick<Clock, 'now'>, most: number, mostSlow: number): Slots {
  const own = { quick: most, slow: mostSlow }
  const all = { quick: withSpared(most), slow: withSpared(mostSlow) }
  /** Since when each has its slot, the oldest first. */
  const quick: Record<Stream, Map<object, number>> = { transactional: new Map(), bulk: new Map() }
  const slow: Record<Stream, Set<object>> = { transactional: new Set(), bulk: new Set() }
  const sum = (held: Record<Stream, { readonly size: number }>) =>
    held.transactional.size + held.bulk.size

  function mayAge(stream: Stream): boolean {
    return slow[stream].size < own.slow && sum(slow) < all.slow
  }

  function age(stream: Stream) {
    for (const [job, since] of quick[stream]) {
      if (!mayAge(stream) || clock.now() < since + slowMs) return
      quick[stream].delete(job)
      slow[stream].add(job)
    }
  }

  function left(stream: Stream): number {
    return Math.min(own.quick - quick[stream].size, all.quick - sum(quick))
  }

  return {
    free(stream) {
      if (left(stream) <= 0) streams.forEach(age)
      return left(stream)
    },
    get together() {
      return all.quick - sum(quick)
    },
    take(stream) {
      const job = {}
      quick[stream].set(job, clock.now())
      return () => void (quick[stream].delete(job) || slow[stream].delete(job))
    },
    get nextFreeAt() {
      if (streams.every((stream) => left(stream) > 0)) return undefined
      const ends = streams
        .filter(mayAge)
        .flatMap((stream) => [...quick[stream].values()].slice(0, 1))
      return ends.length === 0 ? undefined : Math.min(...ends) + slowMs
    },
  }
}

/** With a fifth of the whole for the other stream. */
function withSpared(most: number): number {
  return Math.ceil(most / (1 - spared))
}
