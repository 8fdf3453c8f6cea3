import type { Clock } from './ports/clock.ts'

/** setTimeout holds at most 2^31 - 1 ms; a longer wait is simply asked for again. */
const longestTimer = 2_147_483_647

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  until(time, signal) {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const timer = setTimeout(done, Math.min(Math.max(0, time - Date.now()), longestTimer))
      signal.addEventListener('abort', done, { once: true })
      function done() {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
    })
  },
}

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
