import type { Clock } from './ports/clock.ts'

/** A clock from what tells the time and what calls at a time. */
export function clockOf({ now, at }: Pick<Clock, 'now' | 'at'>): Clock {
  return {
    now,
    at,
    until: (time, signal) =>
      new Promise((resolve) => {
        if (time <= now() || signal.aborted) return resolve()
        const cancel = at(time, done)
        signal.addEventListener('abort', done)
        function done() {
          cancel()
          signal.removeEventListener('abort', done)
          resolve()
        }
      }),
  }
}

/** setTimeout holds at most 2^31 - 1 ms; a longer wait is asked for again. */
const longestTimer = 2_147_483_647

/** The real time. */
export const systemClock = clockOf({
  now: () => Date.now(),
  at(time, call) {
    let timer = arm()

    function arm() {
      const left = Math.max(0, time - Date.now())
      if (left <= longestTimer) return setTimeout(call, left)
      return setTimeout(() => (timer = arm()), longestTimer)
    }

    return () => clearTimeout(timer)
  },
})

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
  // With a reason of its own no exception is made for it, an email's worth of stack trace.
  const end = () => ending.abort('out of time')
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  const cancel = clock.at(clock.now() + ms, end)
  try {
    return await work(ending.signal)
  } finally {
    cancel()
    signal.removeEventListener('abort', end)
  }
}
