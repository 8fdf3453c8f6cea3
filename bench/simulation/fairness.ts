import { noisy } from '../../backends/aws/queue/message-group.ts'
import type { Clock } from '../../mail/ports/clock.ts'

/** What AWS does not say of fair queues: what "recent processing time" is. */
export interface FairMemory {
  /** After so long a third of it counts, in milliseconds. */
  readonly recentMs: number
  /** Whether the time counts in which a consumer has hidden a message. */
  readonly countsHidden: boolean
}

const usualMemory: FairMemory = { recentMs: 10_000, countsHidden: false }

/** What a group has of a queue's consumers. */
export interface Load {
  inFlight: number
  /** How long consumers had its messages lately. */
  readonly took: Fading
}

/** Who is noisy in a fair queue (SQS developer guide, "How Amazon SQS fair queues work"). */
export function fairness(clock: Clock, memory = usualMemory) {
  const newLoad = (): Load => ({ inFlight: 0, took: fading(memory.recentMs) })
  const all = newLoad()
  const add = (load: Load, count: number) => {
    load.inFlight += count
    all.inFlight += count
  }

  return {
    newLoad,
    enter: (load: Load) => add(load, 1),
    leave: (load: Load) => add(load, -1),
    /** A consumer is done with one of its messages, or has hidden it for so long. */
    note({ took }: Load, receivedAt: number, hiddenMs = 0) {
      const ms = clock.now() - receivedAt + (memory.countsHidden ? hiddenMs : 0)
      took.add(ms, clock.now())
      all.took.add(ms, clock.now())
    },
    isNoisy({ inFlight, took }: Load): boolean {
      return (
        (inFlight >= noisy.least && inFlight > noisy.share * all.inFlight) ||
        took.at(clock.now()) > noisy.share * all.took.at(clock.now())
      )
    },
    get inFlight() {
      return all.inFlight
    },
  }
}

/** A sum in which counts less what was added longer ago. */
interface Fading {
  add(amount: number, now: number): void
  at(now: number): number
}

/** @param spanMs after which a third is left, in milliseconds */
function fading(spanMs: number): Fading {
  let [sum, since] = [0, 0]
  const at = (now: number) => sum * Math.exp((since - now) / spanMs)
  return {
    at,
    add(amount, now) {
      sum = at(now) + amount
      since = now
    },
  }
}
