import type { Page } from './page.ts'

/**
 * Returned email that says nothing a program can act on: no report that is known, or no proof of
 * which email it is about. Kept for a person, never acted on, and bounded.
 */
export interface Strays {
  /** The same id again leaves what is there. */
  keep(stray: Stray, bytes: Uint8Array): Promise<void>
  /** Newest first. */
  list(query: { readonly limit: number; readonly after?: string }): Promise<Page<Stray>>
  get(id: string): Promise<{ readonly stray: Stray; readonly bytes: Uint8Array } | undefined>
  /** Says whether it was there. */
  remove(id: string): Promise<boolean>
}

export interface Stray {
  /** UUIDv7 (RFC 9562), of the time when it came. */
  readonly id: string
  readonly at: number
  /** Why nothing came of it. */
  readonly reason: string
  /** The email that it is about, where that is proven. */
  readonly emailId?: string
  readonly from: string
  readonly subject: string
  /** In bytes. */
  readonly size: number
}
