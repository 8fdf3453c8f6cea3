/**
 * Holds a rate: no second exceeds it, and unused time is not saved up for a burst. Each call gets
 * the first free time, so a small email may leave in a gap too short for a larger one before it;
 * nothing that has a time is ever put off. Strictly in order, 14 a second in emails of one to five
 * recipients would leave a tenth of the rate unused.
 */
export interface Pace {
  /**
   * Resolves when `count` more may leave at `perSecond`. More than fit into one second leave
   * together, after which the next ones wait that much longer.
   *
   * @param perSecond null: no limit
   * @param signal aborts the wait: then nothing may leave, and the time is left to others
   */
  take(count: number, perSecond: number | null, signal: AbortSignal): Promise<void>
}
