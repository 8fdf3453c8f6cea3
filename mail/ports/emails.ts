import type { Content, Email, EmailChange } from '../email/email.ts'
import type { Job } from '../email/job.ts'
import type { Scope } from '../email/project.ts'
import type { EmailState } from '../email/states.ts'
import type { Stream } from '../email/stream.ts'
import type { Event } from './events.ts'
import type { Page } from './page.ts'

/** The records of all emails. Every write touches one record and is conditional. */
export interface Emails {
  /** Creates the record unless one with this id exists; says whether it did. */
  create(email: Email): Promise<boolean>
  /**
   * Takes an email for one attempt: `sending`, a fresh claim, a lease of `leaseSeconds`, if it is
   * claimable (mail/email/states.ts), under no live lease, and neither `dueAt` nor `nextAttemptAt` is
   * later than `now`.
   */
  claim(id: string, now: number, leaseSeconds: number): Promise<Claim>
  /**
   * Lets the lease end `leaseSeconds` after `now`, if `claim` still holds the email; nothing else
   * changes. Says whether it does: a holder that lost its lease has to stop sending.
   */
  renew(id: string, claim: string, now: number, leaseSeconds: number): Promise<boolean>
  /**
   * Applies what an attempt came to and ends the claim and its lease, if `claim` still holds it.
   * Says whether it did: a holder that lost its lease changes nothing.
   *
   * @param also what follows from it, if it did: in the same write where all lie together
   */
  settle(id: string, claim: string, change: EmailChange, also?: Following): Promise<boolean>
  /**
   * Applies a change if the record still has the revision of `seen`: nothing happened to it since
   * it was read. The changed record, or undefined. (Cancel, reschedule, retry.)
   *
   * @param events what is told of it, if it did: in the same write where all lie together
   */
  change(seen: Email, change: EmailChange, events?: readonly Event[]): Promise<Email | undefined>
  /** Undefined also when it is there but outside of the scope. */
  get(id: string, scope: Scope): Promise<Email | undefined>
  /** Newest first. */
  list(query: EmailQuery): Promise<Page<Email>>
}

/** What follows from the end of an attempt. */
export interface Following {
  /** The job that is acknowledged then; by the host in any case. */
  readonly done?: Job
  readonly events?: readonly Event[]
}

export type Claim =
  | {
      readonly kind: 'claimed'
      readonly email: Email
      readonly claim: string
      /** The lease of another holder had run out: that holder may have sent it. */
      readonly takenOver: boolean
      /** Where the store still has it in memory. */
      readonly content?: Content
    }
  | { readonly kind: 'leased'; readonly until: number }
  | { readonly kind: 'notDue'; readonly dueAt: number }
  | { readonly kind: 'notClaimable'; readonly state: EmailState }
  | { readonly kind: 'unknown' }

export interface EmailQuery {
  readonly scope: Scope
  /** 1 to 100. */
  readonly limit: number
  /** The page after (older than) or before (newer than) this id. */
  readonly after?: string
  readonly before?: string
  readonly state?: EmailState
  readonly stream?: Stream
  /** An exact recipient address, or an id. */
  readonly q?: string
}
