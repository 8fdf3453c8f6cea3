import type { SenderName, Watch } from './reputation.ts'

/** Keeps bulk email from ruining the name of a sender that too many of its recipients refuse. */
export interface Guardian {
  /** Counts recipients that an engine was asked to send to; in memory, until the next look. */
  note(sender: SenderName, recipients: number): void
  /**
   * When it is time, writes down what was counted and judges every sender; else nothing, so that
   * it may be called for every email.
   */
  look(): Promise<void>
  /** Those that are held or warned of, as of the last look. */
  watched(): readonly Watch[]
  /** Why bulk email of a sender waits, as of the last look. */
  holdOf(sender: SenderName): Watch | undefined
  /** Writes down what was counted, at the end of a process. */
  close(): Promise<void>
}
