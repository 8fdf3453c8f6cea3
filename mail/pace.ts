import type { Clock } from './ports.ts'

/** Holds a rate by spacing: nobody saves up for a burst. */
export interface Pace {
  /**
   * Resolves when `count` more may leave at `perSecond`.
   *
   * @param perSecond null: no limit
   */
  take(count: number, perSecond: number | null, signal: AbortSignal): Promise<void>
}

export function pace(clock: Clock): Pace {
  let next = 0
  return {
    async take(count, perSecond, signal) {
      if (perSecond === null) return
      const turn = Math.max(clock.now(), next)
      next = turn + (count / perSecond) * 1_000
      await clock.until(Math.ceil(turn), signal)
    },
  }
}
