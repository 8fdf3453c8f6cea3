import type { Erasable } from '../email/erasable.ts'
import type { Scope } from '../email/project.ts'

/** Takes a person's address out of all that is kept. */
export interface Erasure {
  /**
   * Looks through the next part of all that is kept, and erases the address there. Each part is small
   * enough that nothing else waits for it. To begin again from the start changes nothing twice, so
   * that what a crash broke off is done again.
   */
  step(asked: ErasureStep): Promise<ErasureSlice>
}

export interface ErasureStep {
  /** As it was read by `parseAddress`. */
  readonly address: string
  /** What belongs to no project is looked through in the scope of all alone. */
  readonly scope: Scope
  /** Only finds. */
  readonly isTrial: boolean
  /** Takes the address from the suppression list too, which then no longer protects it. */
  readonly withSuppressions: boolean
  /** Goes on behind this place. */
  readonly after?: string
}

export interface ErasureSlice {
  /** What names the address, and was erased unless it was a trial. */
  readonly found: readonly Erasable[]
  /** What names it and stays. */
  readonly left: readonly Erasable[]
  /** Ids of emails to or from it that still wait or are being sent; of those in `left`. */
  readonly waiting: readonly string[]
  /** Where to go on; undefined when nothing is left to look through. */
  readonly after?: string
}
