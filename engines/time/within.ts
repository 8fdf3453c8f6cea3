import type { Clock } from '../../mail/ports/clock.ts'

export interface Limit {
  readonly clock: Clock
  readonly ms: number
  readonly signal: AbortSignal
}

/** Does work under a signal that aborts with the given one, or when the time is up. */
export async function within<T>(
  { clock, ms, signal }: Limit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController()
  const over = new AbortController()
  const end = () => ending.abort('out of time')
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  void clock.until(clock.now() + ms, over.signal).then(() => over.signal.aborted || end())
  try {
    return await work(ending.signal)
  } finally {
    over.abort('over')
    signal.removeEventListener('abort', end)
  }
}
