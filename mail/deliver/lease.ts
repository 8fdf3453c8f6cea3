import type { Claim } from '../ports/emails.ts'
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
  { claim, email }: Claimed,
  attempt: (ending: AbortSignal) => Promise<T>,
): Promise<T> {
  const { emails, clock } = postern
  const over = new AbortController()
  const end = new AbortController()
  const abort = () => end.abort('the attempt must end')
  ending.addEventListener('abort', abort)
  if (ending.aborted) abort()
  void keep().then(() => over.signal.aborted || abort())
  try {
    return await attempt(end.signal)
  } finally {
    // With a reason of its own no exception is made for it, an email's worth of stack trace.
    over.abort('over')
    ending.removeEventListener('abort', abort)
  }

  /** Resolves when the attempt is over, or must be. */
  async function keep() {
    const latest = clock.now() + attemptMs
    let until = email.leaseUntil ?? 0
    while (clock.now() + renewalMs < until) {
      await clock.until(Math.min(clock.now() + renewalMs, latest), over.signal)
      if (over.signal.aborted || clock.now() >= latest) return
      const now = clock.now()
      const isKept = await emails.renew(email.id, claim, now, leaseSeconds).catch(() => undefined)
      if (isKept === false) return
      if (isKept) until = now + leaseSeconds * 1_000
    }
  }
}
