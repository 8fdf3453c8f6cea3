import { clockOf } from '../mail/clock.ts'
import type { Clock } from '../mail/ports/clock.ts'

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /** Moves the time forward, waking every waiter that becomes due, in order. */
  advance(ms: number): Promise<void>
  /** How many wait for a later time. */
  readonly waiting: number
}

interface Waiter {
  time: number
  wake: () => void
}

export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let time = start
  let waiters: Waiter[] = []
  const drop = (waiter: Waiter) => (waiters = waiters.filter((other) => other !== waiter))
  const clock = clockOf({
    now: () => time,
    at(when, call) {
      const waiter = { time: when, wake: call }
      waiters.push(waiter)
      return () => void drop(waiter)
    },
  })
  return {
    ...clock,
    async advance(ms) {
      const end = time + ms
      for (;;) {
        const next = waiters.filter((w) => w.time <= end).sort((a, b) => a.time - b.time)[0]
        if (!next) break
        drop(next)
        time = Math.max(time, next.time)
        next.wake()
        await settle()
      }
      time = end
      await settle()
    },
    get waiting() {
      return waiters.length
    },
  }
}

/** Lets everything run that needs no time to pass: several commits, of a few turns each. */
async function settle() {
  for (let i = 0; i < 25; i++) await new Promise((resolve) => setImmediate(resolve))
}
