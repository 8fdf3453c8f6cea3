import type { Claim } from '../ports/emails.ts'
import type { Postern } from '../ports/postern.ts'
import { attemptMs } from '../retry.ts'
import type { Turn } from './turn.ts'

export type Claimed = Claim & { kind: 'claimed' }

/** An email whose worker died is taken over so many seconds later. */
export const leaseSeconds = 75

/** A lease is renewed this often, in milliseconds: one renewal that fails does not end it. */
const renewalMs = 25_000

/**
 * Makes an attempt under a lease that is renewed for as long as the attempt lives, so that the
 * lease runs out only when its holder is dead.
 *
 * @param attempt gets a signal that aborts when it must end: when the host stops for good, when
 * it has taken too long, and when the lease cannot be kept, because another worker may send then
 */
export async function underLease<T>(
  { postern, ending }: Turn,
  claimed: Claimed,
  attempt: (ending: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = new AbortController()
  const abort = () => end.abort('the attempt must end')
  ending.addEventListener('abort', abort)
  if (ending.aborted) abort()
  const over = keep(postern, claimed, abort)
  try {
    return await attempt(end.signal)
  } finally {
    over()
    ending.removeEventListener('abort', abort)
  }
}

/**
 * Renews a lease until the attempt is over.
 *
 * @param end called when the attempt must end
 * @returns to be called when it is over
 */
function keep({ emails, clock }: Postern, { claim, email }: Claimed, end: () => void): () => void {
  const latest = clock.now() + attemptMs
  let until = email.leaseUntil ?? 0
  let isOver = false
  let cancel = next()

  function next() {
    return clock.at(Math.min(clock.now() + renewalMs, latest), () => void renew())
  }

  async function renew() {
    const now = clock.now()
    if (now >= latest) return end()
    const isKept = await emails.renew(email.id, claim, now, leaseSeconds).catch(() => undefined)
    if (isOver) return
    if (isKept) until = now + leaseSeconds * 1_000
    if (isKept === false || clock.now() + renewalMs >= until) return end()
    cancel = next()
  }

  return () => {
    isOver = true
    cancel()
  }
}
