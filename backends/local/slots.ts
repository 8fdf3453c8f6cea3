import type { Clock } from '../../mail/ports/clock.ts'

/** How many jobs may be worked on at a time. */
interface Slots {
  /** How many may begin now. */
  readonly free: number
  /** Takes one; what it returns gives it back. */
  take(): () => void
  /** When another one gets free at the latest, while none is; undefined where time frees none. */
  readonly nextFreeAt: number | undefined
}

/** What takes longer is slow: most servers answer in a tenth of this. In milliseconds. */
const slowMs = 1_000

/**
 * A slow job does not hold up the others: after a second it goes on without its slot.
 * So many may do that, since each has a connection and a content in memory; more keep their slots.
 *
 * @param most slots
 * @param mostSlow jobs that go on without one
 */
export function slots(clock: Pick<Clock, 'now'>, most: number, mostSlow: number): Slots {
  /** Since when each has its slot, the oldest first. */
  const quick = new Map<object, number>()
  const slow = new Set<object>()

  function age() {
    for (const [job, since] of quick) {
      if (slow.size === mostSlow || clock.now() < since + slowMs) return
      quick.delete(job)
      slow.add(job)
    }
  }

  return {
    get free() {
      if (quick.size === most) age()
      return most - quick.size
    },
    take() {
      const job = {}
      quick.set(job, clock.now())
      return () => void (quick.delete(job) || slow.delete(job))
    },
    get nextFreeAt() {
      const [oldest] = quick.values()
      if (quick.size < most || oldest === undefined || slow.size === mostSlow) return undefined
      return oldest + slowMs
    },
  }
}
