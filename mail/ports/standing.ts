import type { Verdict } from '../email/outcome.ts'

/** How the engines stand, shared by all workers: a pause in one process's memory is no pause. */
export interface Standing {
  read(engine: string): Promise<EngineStanding>
  /**
   * Pauses until `until`, if `pauses` is still the number of pauses in a row; which it then adds
   * one to. So twenty workers that are blocked at once pause it once.
   */
  pause(engine: string, pauses: number, until: number, reason: string): Promise<void>
  /**
   * When a pause is over at `now`: true for exactly one caller, who may try one email; for the
   * others it goes on until `until`.
   */
  takeProbe(engine: string, now: number, until: number): Promise<boolean>
  /** Ends the pause and forgets how many there were. */
  resume(engine: string): Promise<void>
  readVerdict(): Promise<StoredVerdict | undefined>
  writeVerdict(verdict: StoredVerdict): Promise<void>
}

export interface EngineStanding {
  readonly pausedUntil?: number
  readonly reason?: string
  /** Pauses in a row: the next one is longer. */
  readonly pauses: number
}

/** What the last `verify` said. */
export interface StoredVerdict {
  /** The settings it is about, all layers together. */
  readonly about: string
  readonly at: number
  readonly engines: Readonly<Record<string, Verdict>>
}
