import type { Page } from './page.ts'

/** Jobs that were given up, each with its reason. */
export interface DeadLetters {
  list(query: { limit: number; after?: string }): Promise<Page<DeadLetter>>
  get(id: string): Promise<DeadLetter | undefined>
  remove(id: string): Promise<boolean>
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
