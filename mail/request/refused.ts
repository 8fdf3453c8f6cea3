import type { EmailRequest } from './email-request.ts'
import type { Fault } from './fault.ts'

/** What is wrong with an email that a caller asks for. */
export type Refused =
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }
  /** This caller, or any caller, may not send from this domain. */
  | { readonly kind: 'forbidden'; readonly reason: string }

/** Why nothing can be said of an email now. */
export type NotNow =
  /** Mail is off, or the settings are broken. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** The Idempotency-Key belongs to another request. */
  | { readonly kind: 'conflict' }
  /** The same request is in progress right now. */
  | { readonly kind: 'running' }

/** One email that a batch asks for, or what is wrong with it. */
export type Asked = { readonly request: EmailRequest } | { readonly faults: readonly Fault[] }

/** A member of a batch that was not accepted. */
export interface RefusedMember {
  /** Counted from 0, as the caller listed them. */
  readonly index: number
  readonly why: Refused
}
