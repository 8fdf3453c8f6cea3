import type { Weights } from '../email/stream.ts'

/**
 * Holds a rate: no second exceeds it, and unused time is not saved up for a burst. Streams that wait
 * share it by weight, the lanes of a stream take turns, and within a lane it is first come, first
 * served. What is next is not put off, but a smaller email may leave in a gap too short for it:
 * strictly in order, 14 a second in emails of one to five recipients would leave a tenth unused.
 */
export interface Pace {
  /**
   * Resolves when `count` more may leave at `perSecond`. More than fit into one second leave
   * together, after which the next ones wait that much longer.
   *
   * @param perSecond null: no limit
   * @param signal aborts the wait: then nothing may leave, and the time is left to others
   * @param of whom it is for: of the transactional stream and one lane unless given
   */
  take(
    count: number,
    perSecond: number | null,
    signal: AbortSignal,
    of?: { readonly lane: string; readonly weights: Weights },
  ): Promise<void>
}
