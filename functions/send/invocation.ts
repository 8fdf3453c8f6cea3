import type { Stop } from '../../mail/deliver/stop.ts'
import type { Clock } from '../../mail/ports/clock.ts'

/**
 * From here on nothing is begun, in milliseconds: what began has the rest of the invocation, which
 * has to be enough for the answer of a slow server.
 */
export const beginningMs = 15_000

/** Before Lambda cuts an invocation off, what became of each email has to be on record. */
export const settlingMs = 10_000

export interface Invocation {
  readonly clock: Clock
  /** Until Lambda cuts it off. */
  readonly remainingMs: number
}

/** Does the work of one invocation, which ends in two steps when it takes long. */
export async function during<T>(
  { clock, remainingMs }: Invocation,
  work: (stop: Stop) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController()
  const ending = new AbortController()
  const done = new AbortController()
  const began = clock.now()
  const timers = [
    clock.until(began + beginningMs, done.signal).then(() => stopping.abort()),
    clock.until(began + remainingMs - settlingMs, done.signal).then(() => ending.abort()),
  ]
  try {
    return await work({ stopping: stopping.signal, ending: ending.signal })
  } finally {
    done.abort()
    await Promise.all(timers)
  }
}
