import { clockOf } from '../../mail/clock.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { eventHeap } from './heap.ts'

/**
 * Time that jumps from one event to the next as soon as there is nothing more to do. What runs
 * in it may await promises, but nothing of the real world.
 */
export interface World {
  readonly clock: Clock
  sleep(ms: number): Promise<void>
  /** Lives on until it is over or nothing will ever happen any more. */
  run(isOver: () => boolean): Promise<void>
}

const start = Date.UTC(2026, 0, 1)

export function makeWorld(): World {
  const events = eventHeap()
  let now = start

  /** Whole milliseconds, as the real clock tells them. */
  const at = (time: number, run: () => void) => {
    const event = { time: Math.max(now, Math.ceil(time)), run }
    events.push(event)
    return event
  }

  return {
    clock: clockOf({
      now: () => now,
      at(time, call) {
        const event = at(time, call)
        return () => void (event.run = nothing)
      },
    }),
    sleep: (ms) => new Promise((resolve) => at(now + ms, resolve)),
    async run(isOver) {
      while (!isOver()) {
        const time = events.nextTime
        if (time === undefined) return
        now = time
        while (events.nextTime === time) events.pop()!.run()
        await everythingDone()
      }
    },
  }
}

const nothing = () => undefined

/** Promises go on before the next immediate does. */
function everythingDone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
