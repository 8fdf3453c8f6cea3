import { streams, type Stream, type Weights } from '../email/stream.ts'

/**
 * Who goes next when streams share something: the one that has had least, for its weight. What one
 * does not ask for the other has, and no stream saves anything up while it does not wait.
 */
export interface Share {
  /** @param waiting at least one */
  next(waiting: readonly Stream[]): Stream
  /** Notes that a stream had so much. */
  note(stream: Stream, amount: number, weights: Weights): void
}

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996): each stream has a time at which what it had ends,
 * which goes on more slowly the greater its weight; the one whose next turn starts first is next. A
 * stream that comes back starts at the time of the others.
 */
export function share(): Share {
  const ends = { transactional: 0, bulk: 0 }
  let now = 0
  const startOf = (stream: Stream) => Math.max(ends[stream], now)

  return {
    next(waiting) {
      const [first = streams[0], second] = waiting
      return second !== undefined && startOf(second) < startOf(first) ? second : first
    },
    note(stream, amount, weights) {
      now = startOf(stream)
      ends[stream] = now + amount / weights[stream]
    },
  }
}
