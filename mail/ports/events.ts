import type { BounceKind, SignalSource, Visit } from '../email/signal.ts'
import type { EventType } from '../email/event.ts'
import type { Scope } from '../email/project.ts'
import type { Page } from './page.ts'

/** What became of emails, told once each. Kept for 30 days. */
export interface Events {
  /** Keeps it unless one with its id is there; says whether it did. */
  record(event: Event): Promise<boolean>
  /** Undefined also when it is there but outside of the scope. */
  get(id: string, scope: Scope): Promise<Event | undefined>
  /** Newest first, by the time they happened. */
  list(query: EventQuery): Promise<Page<Event>>
}

export interface Event {
  /** Derived from the signal, so that each is told once. */
  readonly id: string
  readonly type: EventType
  readonly project: string
  /** When it happened, as its source says: milliseconds since the epoch. */
  readonly at: number
  /** When Postern learned of it. */
  readonly recordedAt: number
  readonly source: SignalSource
  readonly emailId?: string
  readonly address?: string
  readonly bounce?: BounceKind
  readonly status?: string
  /** The source's own word for it. */
  readonly word?: string
  /** The server's words. */
  readonly text?: string
  readonly visit?: Visit
}

export interface EventQuery {
  readonly scope: Scope
  /** 1 to 100. */
  readonly limit: number
  /** The page after (older than) this id. */
  readonly after?: string
  readonly type?: EventType
}
