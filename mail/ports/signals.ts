import type { Signal } from '../email/signal.ts'

/** Signals that wait to be reported. Taking them off is the host's, as with the queue of jobs. */
export interface Signals {
  /** All are durable when it resolves. One that is put twice comes twice, and counts once. */
  put(signals: readonly Signal[]): Promise<void>
}
