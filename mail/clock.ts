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
