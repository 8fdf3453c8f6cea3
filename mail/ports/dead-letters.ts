import type { Page } from './page.ts'

/** Jobs that were given up, each with its reason. */
export interface DeadLetters {
  list(query: { limit: number; after?: string }): Promise<Page<DeadLetter>>
  get(id: string): Promise<DeadLetter | undefined>
  remove(id: string): Promise<boolean>
}

export interface DeadLetter {
  readonly id: string
  readonly emailId: string
  readonly reason: string
  readonly at: number
}
