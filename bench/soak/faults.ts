import { drawn } from './random.ts'

/** What the sink does to one try of one email. */
export type Fault =
  | 'none'
  /** 450 or 550 for one recipient. */
  | 'deferRecipient'
  | 'refuseRecipient'
  /** 421, and the connection closes. */
  | 'goAway'
  /** 451 or 554 after the final dot. */
  | 'deferEmail'
  | 'refuseEmail'
  /** The connection breaks after the final dot: before it is stored, or once it is. */
  | 'dropBefore'
  | 'dropAfter'
  /** Stored at once, and 250 after a while, or long after: Postern waits for it all the same. */
  | 'late'
  | 'veryLate'

/** Out of all tries, each with this share. */
const shares: Readonly<Record<Exclude<Fault, 'none'>, number>> = {
  deferEmail: 0.01,
  deferRecipient: 0.01,
  goAway: 0.005,
  dropBefore: 0.005,
  dropAfter: 0.005,
  late: 0.003,
  veryLate: 0.002,
  refuseEmail: 0.001,
  refuseRecipient: 0.001,
}

/** Milliseconds until a late 250. */
export const lateness: Readonly<Partial<Record<Fault, number>>> = { late: 4_000, veryLate: 25_000 }

/**
 * The fault of one try.
 *
 * @param visit how often this email has come before
 * @param times how many times as frequent as usual
 */
export function faultOf(seed: number, n: number, visit: number, times: number): Fault {
  let left = drawn(seed, n, 'fault', visit)
  for (const [fault, share] of Object.entries(shares)) {
    left -= share * times
    if (left < 0) return fault as Fault
  }
  return 'none'
}
