import type { Claim } from '../../mail/ports/emails.ts'
import type { Arrival } from '../../mail/ports/intake.ts'

/**
 * Emails that were just accepted, in memory as they are on disk: most leave at once, and reading
 * them back takes a tenth of all that an email costs.
 */
export interface Fresh {
  /** @param bytes of its content, as it is kept */
  keep(arrival: Arrival, bytes: number): void
  /** What is known of an email, once. It may have changed on disk since. */
  take(id: string): Arrival | undefined
  /** Claimed in the commit that accepted them, by id: so many at most as the worker has places. */
  readonly begun: Map<string, Claim & { kind: 'claimed' }>
}

/** Of contents, together and each: what is larger, or waits behind others, is read back. */
const mostBytes = 8_000_000
export const mostBytesEach = 256_000

export function freshEmails(): Fresh {
  const arrivals = new Map<string, { readonly arrival: Arrival; readonly bytes: number }>()
  let used = 0

  function take(id: string): Arrival | undefined {
    const found = arrivals.get(id)
    if (!found) return undefined
    arrivals.delete(id)
    used -= found.bytes
    return found.arrival
  }

  return {
    take,
    begun: new Map(),
    keep(arrival, bytes) {
      const { id } = arrival.email
      take(id)
      if (bytes > mostBytesEach) return
      arrivals.set(id, { arrival, bytes })
      used += bytes
      for (const oldest of arrivals.keys()) {
        if (used <= mostBytes) return
        take(oldest)
      }
    },
  }
}
