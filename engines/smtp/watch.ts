import type { Clock } from '../../mail/ports/clock.ts'

/** Bounds the steps of a connection, one at a time. */
interface Watch {
  /** A step begins: the one before is over. */
  start(ms: number): void
  /** Nothing is waited for. */
  stop(): void
  /** Lets the timer go. */
  close(): void
}

/**
 * Keeps one timer a connection, which is set again only for a step that ends before it: a timer
 * for each step would cost a twentieth of the time that an email takes.
 *
 * @param late called when a step has taken too long
 */
export function watch(clock: Clock, late: () => void): Watch {
  let due = Infinity
  let armed = Infinity
  let cancel: (() => void) | undefined

  function arm(time: number) {
    cancel?.()
    armed = time
    cancel = clock.at(time, ring)
  }

  function ring() {
    armed = Infinity
    if (due === Infinity) return
    if (due > clock.now()) return arm(due)
    due = Infinity
    late()
  }

  return {
    start(ms) {
      due = clock.now() + ms
      if (due < armed) arm(due)
    },
    stop: () => void (due = Infinity),
    close() {
      due = Infinity
      cancel?.()
    },
  }
}
