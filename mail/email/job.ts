import { domainOf } from './address.ts'
import type { Content, Email } from './email.ts'
import type { EngineName } from './engine-name.ts'

/** What the queue holds: an email's id, and its content unless that is kept at `content/<id>`. */
export interface Job {
  readonly id: string
  readonly content?: Content
  /** As in the record: bytes of content, so that a worker knows before it reads that. */
  readonly size?: number
  /** As in the record, so that a worker knows without reading it whether an engine is needed. */
  readonly capture: boolean
  readonly since: number
  /** As in the record: the engine that a person chose. */
  readonly engine?: EngineName
  /** As in the record: what may be paused or canceled together with it. */
  readonly group?: string
  /** How many recipients wait: what a rate is counted in. */
  readonly recipients: number
  /** Emails of one lane wait for each other; those of other lanes pass them by. */
  readonly lane: string
  /** To be taken at this time at the earliest; at once unless given. */
  readonly dueAt?: number
}

/**
 * Emails for one receiving domain wait for each other, so that a slow one does not hold up the
 * rest; captures are quick and wait for no other email.
 */
function laneOf({ capture, recipients }: Pick<Email, 'capture' | 'recipients'>): string {
  return capture ? 'capture' : domainOf(recipients[0]!.address)
}

/** The job of an email, as its record stands. */
export function jobOf(email: Email, content?: Content): Job {
  const { id, size, capture, since, engine, group, state, dueAt } = email
  const recipients = email.recipients.filter(({ state }) => state === 'queued').length
  const lane = laneOf(email)
  return {
    id,
    size,
    capture,
    since,
    recipients,
    lane,
    ...(engine && { engine }),
    ...(group && { group }),
    ...(state === 'scheduled' && { dueAt }),
    ...(content && { content }),
  }
}
