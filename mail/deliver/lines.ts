import { partsOfLane } from '../email/lane.ts'
import { streams, type Stream, type Weights } from '../email/stream.ts'
import { share } from './share.ts'

/** One that waits for its turn. */
export interface InLine {
  readonly lane: string
  readonly weights: Weights
  /** What it uses of what is shared. */
  readonly count: number
}

/** Those that wait, in the order in which it is their turn: by stream, then by lane, then by time. */
export interface Lines<Waiter extends InLine> {
  add(waiter: Waiter): void
  /** Whose turn it is. */
  first(): Waiter | undefined
  /** All of them, the lane served longest ago first. */
  all(): Iterable<Waiter>
  /** It has had its turn. */
  serve(waiter: Waiter): void
  /** It waits no longer. */
  leave(waiter: Waiter): void
}

export function lines<Waiter extends InLine>(): Lines<Waiter> {
  const shared = share()
  const byStream: Record<Stream, Map<string, Set<Waiter>>> = {
    transactional: new Map(),
    bulk: new Map(),
  }
  const streamOf = ({ lane }: InLine) => partsOfLane(lane).stream

  function leave(waiter: Waiter) {
    const lanes = byStream[streamOf(waiter)]
    const lane = lanes.get(waiter.lane)
    lane?.delete(waiter)
    if (lane?.size === 0) lanes.delete(waiter.lane)
  }

  return {
    add(waiter) {
      const lanes = byStream[streamOf(waiter)]
      lanes.set(waiter.lane, (lanes.get(waiter.lane) ?? new Set()).add(waiter))
    },
    first() {
      const waiting = streams.filter((stream) => byStream[stream].size > 0)
      if (waiting.length === 0) return undefined
      const [lane] = byStream[shared.next(waiting)].values()
      return lane!.values().next().value
    },
    *all() {
      for (const stream of streams) for (const lane of byStream[stream].values()) yield* lane
    },
    serve(waiter) {
      shared.note(streamOf(waiter), waiter.count, waiter.weights)
      leave(waiter)
      // The end of the round: it is the turn of every other lane first.
      const lanes = byStream[streamOf(waiter)]
      const rest = lanes.get(waiter.lane)
      lanes.delete(waiter.lane)
      if (rest) lanes.set(waiter.lane, rest)
    },
    leave,
  }
}
