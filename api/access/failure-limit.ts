import type { Clock } from '../../mail/ports/clock.ts'

/** How many guesses of one client may fail within how many milliseconds. */
const mostFailures = 10
const withinMs = 60_000

/** Clients of which guesses are counted at a time; beyond, all of them begin again. */
const mostClients = 10_000

/** Bounds guessing, counted in this process for each client by its address. */
export function failureLimit(clock: Clock) {
  const failures = new Map<string, number[]>()
  return {
    /** Counts a guess as failed until it is forgiven; the seconds to wait when it exceeds the limit. */
    guess(client: string): number {
      const now = clock.now()
      const recent = (failures.get(client) ?? []).filter((at) => now - at < withinMs)
      if (recent.length === mostFailures) return Math.ceil((recent[0]! + withinMs - now) / 1_000)
      if (failures.size >= mostClients) failures.clear()
      failures.set(client, [...recent, now])
      return 0
    },
    /** The last guess was right. */
    forgive: (client: string) => void failures.get(client)?.pop(),
  }
}
