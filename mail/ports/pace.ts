/**
 * Holds a rate: no second holds more, and nobody saves up for a burst. Whoever comes gets the first
 * free time, so a small email may leave in a gap that was too short for a larger one before it;
 * nothing that has a time is ever put off. Strictly in order, 14 a second in emails of one to five
 * recipients would leave a tenth of the rate unused.
 */
export interface Pace {
  /**
   * Resolves when `count` more may leave at `perSecond`. More than fit into one second leave
   * together, after which everybody waits as much longer.
   *
   * @param perSecond null: no limit
   * @param signal aborts the wait: then nothing may leave, and the time is left to others
   */
  take(count: number, perSecond: number | null, signal: AbortSignal): Promise<void>
}
