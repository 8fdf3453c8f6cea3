import type { Postern } from '../../mail/ports/postern.ts'

interface Patience {
  readonly waitMs: number
  /** Aborted when the caller is gone. */
  readonly gone: AbortSignal
}

/**
 * Looks at captures until what it sees is enough, at the latest after `waitMs`; then what was seen
 * last is the answer. Listens before it looks, so that nothing can arrive in between unseen.
 */
export async function lookUntil<Seen>(
  { captures, clock }: Pick<Postern, 'captures' | 'clock'>,
  { waitMs, gone }: Patience,
  look: () => Promise<Seen>,
  isEnough: (seen: Seen) => boolean,
): Promise<Seen> {
  const deadline = clock.now() + waitMs
  const done = new AbortController()
  const stop = AbortSignal.any([gone, done.signal])
  const timeUp = waitMs > 0 ? clock.until(deadline, stop).then(() => done.abort()) : done.abort()
  try {
    for (;;) {
      const changed = captures.changed(stop)
      const seen = await look()
      if (isEnough(seen) || stop.aborted) return seen
      await changed
    }
  } finally {
    done.abort()
    await timeUp
  }
}
