import type { Clock } from '../../mail/ports/clock.ts'

/** How many guesses may fail within how many milliseconds, from all callers together. */
const mostFailures = 10
const withinMs = 60_000

/**
 * Bounds guessing. Counted in this process and for all callers together: an address says little
 * behind a proxy, and a list of them would be one more thing for strangers to fill.
 */
export function failureLimit(clock: Clock) {
  let failures: number[] = []
  return {
    /** Counts a guess as failed until it is forgiven; the seconds to wait when it exceeds the limit. */
    guess(): number {
      const now = clock.now()
      failures = failures.filter((at) => now - at < withinMs)
      if (failures.length === mostFailures)
        return Math.ceil((failures[0]! + withinMs - now) / 1_000)
      failures.push(now)
      return 0
    },
    /** The last guess was right. */
    forgive: () => void failures.pop(),
  }
}
