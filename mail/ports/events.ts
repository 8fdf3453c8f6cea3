import type { Email, Tag } from '../email/email.ts'
import type { EventOrder, EventType } from '../email/event.ts'
import type { BounceKind, SignalSource, Visit } from '../email/signal.ts'
import type { SuppressionReason } from '../email/suppression.ts'
import type { Scope } from '../email/project.ts'
import type { Page } from './page.ts'

/** What became of emails, told once each. Kept for 30 days. */
export interface Events {
  /** Keeps it unless one with its id is there; says whether it did. */
  record(event: Event): Promise<boolean>
  /** Undefined also when it is there but outside of the scope. */
  get(id: string, scope: Scope): Promise<Event | undefined>
  /**
   * In the order in which Postern learned of them. Oldest first, a reader who goes on behind each
   * page's cursor misses none, whatever is written meanwhile; what a store is not sure of yet comes
   * some seconds later. After a crash one may come a second time.
   *
   * @throws RangeError when `after` is no cursor of this store
   */
  list(query: EventQuery): Promise<EventPage>
  /** Those of one email, in the order in which they happened. */
  ofEmail(email: Email): Promise<readonly Event[]>
}

export interface EventPage extends Page<Event> {
  /** Where the next page begins; undefined while there was nothing at all. */
  readonly cursor?: string
}

export interface Event {
  /** UUIDv7 (RFC 9562), derived from what it tells, so that each is told once. */
  readonly id: string
  readonly type: EventType
  /** `*`: of no project, or of all. */
  readonly project: string
  /** When it happened, as its source says: milliseconds since the epoch. */
  readonly at: number
  /** When Postern learned of it. */
  readonly recordedAt: number
  /** `postern`: of its own making, or of a person's. */
  readonly source: SignalSource | 'postern'
  readonly emailId?: string
  /** The recipient, or the address that is suppressed; absent: of the whole email. */
  readonly address?: string
  /** Of the email, where it has any. */
  readonly tags?: readonly Tag[]
  readonly bounce?: BounceKind
  readonly status?: string
  /** The source's own word for it. */
  readonly word?: string
  /** The server's words. */
  readonly text?: string
  readonly visit?: Visit
  readonly suppression?: SuppressionTold
  /** Of `engine.*`. */
  readonly engine?: string
  /** Of `guardian.*`: the domain of From. */
  readonly sender?: string
  readonly domain?: { readonly id: string; readonly name: string }
  readonly webhook?: WebhookTold
}

/** An endpoint, without its path: that may be a secret. */
export interface WebhookTold {
  readonly id: string
  readonly host: string
}

/** What was added to the list of those who get nothing, or removed from it. */
export interface SuppressionTold {
  readonly id: string
  readonly reason: SuppressionReason
  readonly list?: string
  /** The key that asked for it, or what told of it. */
  readonly by: string
}

export interface EventQuery {
  readonly scope: Scope
  /** 1 to 100. */
  readonly limit: number
  /** Newest first unless told otherwise. */
  readonly order?: EventOrder
  /** The cursor of the page before. */
  readonly after?: string
  /** Only what Postern learned of then or later: milliseconds since the epoch. */
  readonly since?: number
  readonly types?: readonly EventType[]
  /** An exact address. */
  readonly address?: string
}
