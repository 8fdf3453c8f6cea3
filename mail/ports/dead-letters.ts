import type { Scope } from '../email/project.ts'
import type { Page } from './page.ts'

/**
 * Jobs that were given up, each with its reason. One is in the project of its email; one without an
 * email yet is only found in the scope of all.
 */
export interface DeadLetters {
  list(query: { scope: Scope; limit: number; after?: string }): Promise<Page<DeadLetter>>
  get(id: string, scope: Scope): Promise<DeadLetter | undefined>
  remove(id: string, scope: Scope): Promise<boolean>
  /** Puts on the queue again what only the letter holds. The letter stays until it is removed. */
  putBack(id: string): Promise<PutBack>
}

export type PutBack =
  | 'put'
  /** It holds nothing: the record of its email and `content/<id>` say all. */
  | 'elsewhere'
  /** A person must look at it where it lies. */
  | 'unreadable'
  /** The letter, or what it held, cannot be found now. */
  | 'missing'

export interface DeadLetter {
  readonly id: string
  readonly emailId: string
  readonly reason: string
  readonly at: number
}
