import type { Verdict } from '../email/outcome.ts'

/** How the engines stand, shared by all workers: a pause in one process's memory is no pause. */
export interface Standing {
  read(engine: string): Promise<EngineStanding>
  /**
   * Pauses it, if `pauses` is still the number of pauses in a row; which it then adds one to. So
   * twenty workers that are blocked at once pause it once: true for the one that did.
   */
  pause(engine: string, pauses: number, pause: Pause): Promise<boolean>
  /** Notes that it takes nothing though it is not paused; true for the first to say so. */
  degrade(engine: string, trouble: Trouble): Promise<boolean>
  /**
   * When a pause is over at `now`: true for exactly one caller, who may try one email; for the
   * others it goes on until `until`.
   */
  takeProbe(engine: string, now: number, until: number): Promise<boolean>
  /** It is well again: ends the pause and forgets all trouble. True when there was any. */
  resume(engine: string): Promise<boolean>
  readVerdict(): Promise<StoredVerdict | undefined>
  writeVerdict(verdict: StoredVerdict): Promise<void>
}

export interface Pause {
  readonly at: number
  readonly until: number
  readonly reason: string
}

export interface Trouble {
  readonly since: number
  readonly reason: string
  /** No email at all would be taken, so that asking the engine shows whether that is over. */
  readonly ofEngine: boolean
}

export interface EngineStanding {
  readonly pausedUntil?: number
  /** Why it takes nothing; undefined while it is well. */
  readonly reason?: string
  /** Since when it has taken nothing. */
  readonly since?: number
  /** As in `Trouble`. */
  readonly ofEngine?: boolean
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
