import type { RefusedMember } from '../request/refused.ts'

/** Remembers for 24 hours which email answered which Idempotency-Key. */
export interface Idempotency {
  /** Writes the entry unless a live one is there, which it then returns untouched. */
  begin(entry: IdempotencyEntry, now: number): Promise<IdempotencyEntry | undefined>
  /** Marks the entry as answered: from now on a replay gets the first answer. */
  finish(owner: string, key: string): Promise<void>
  /**
   * Says that no one works on the entry any longer (`startedAt` becomes 0): the next try continues
   * under the same id instead of waiting. The entry stays, because its email may have got through.
   */
  release(owner: string, key: string): Promise<void>
}

export interface IdempotencyEntry {
  readonly owner: string
  readonly key: string
  /** The id of the email; of a batch, the id from which those of its emails are derived. */
  readonly id: string
  /** The emails of a batch that were refused when it began: a replay refuses the same. */
  readonly refused?: readonly RefusedMember[]
  /** SHA-256 of the request, hexadecimal. */
  readonly bodyHash: string
  readonly startedAt: number
  readonly expiresAt: number
  readonly finished: boolean
}
