import type { Stop } from '../../mail/deliver/stop.ts'
import type { Job } from '../../mail/email/job.ts'
import { partsOfLane } from '../../mail/email/lane.ts'
import type { Clock } from '../../mail/ports/clock.ts'

/**
 * From here on nothing is begun, in milliseconds: what began has the rest of the invocation, which
 * has to be enough for the answer of a slow server.
 */
export const beginningMs = 15_000

/**
 * From here on no bulk email is begun, in milliseconds, unless others keep the environment busy anyway:
 * at a low rate ten of them would take it for so long that a code on the queue finds none free. What
 * has to go back comes again within seconds. Measured in docs/decisions/0013-streams-on-aws.md.
 */
export const bulkBeginningMs = 1_250

/** Before Lambda cuts an invocation off, what became of each email has to be on record. */
export const settlingMs = 10_000

export interface Invocation {
  readonly clock: Clock
  /** Until Lambda cuts it off. */
  readonly remainingMs: number
  /** Whether its bulk email makes way for others; true unless given. */
  readonly yields?: boolean
}

/** How an invocation stops: earlier for bulk email than for the rest. */
export interface InvocationStop extends Stop {
  /** Does the work of a job. */
  within<T>(job: Pick<Job, 'lane'>, work: (stop: Stop) => Promise<T>): Promise<T>
}

/** Does the work of one invocation, which ends in two steps when it takes long. */
export async function during<T>(
  { clock, remainingMs, yields = true }: Invocation,
  work: (stop: InvocationStop) => Promise<T>,
): Promise<T> {
  const [yielding, stopping] = [new AbortController(), new AbortController()]
  const ending = new AbortController()
  const done = new AbortController()
  const began = clock.now()
  const stop = { stopping: stopping.signal, ending: ending.signal }
  const bulkStop = yields ? { ...stop, stopping: yielding.signal } : stop
  let [urgent, isLate] = [0, false]

  function yieldUnlessBusy(late = isLate) {
    isLate = late
    if (isLate && urgent === 0) yielding.abort()
  }

  async function within<Done>({ lane }: Pick<Job, 'lane'>, deal: (stop: Stop) => Promise<Done>) {
    if (partsOfLane(lane).stream === 'bulk') return deal(bulkStop)
    urgent += 1
    return deal(stop).finally(() => {
      urgent -= 1
      yieldUnlessBusy()
    })
  }

  const timers = [
    clock.until(began + bulkBeginningMs, done.signal).then(() => yieldUnlessBusy(true)),
    clock.until(began + beginningMs, done.signal).then(() => stopping.abort()),
    clock.until(began + remainingMs - settlingMs, done.signal).then(() => ending.abort()),
  ]
  try {
    return await work({ ...stop, within })
  } finally {
    done.abort()
    await Promise.all(timers)
  }
}
