import type { Content, Email } from './email.ts'
import type { EngineName } from './engine-name.ts'
import { laneOf } from './lane.ts'

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
  /** Its stream and domain (`laneOf`): emails of other lanes pass it by. */
  readonly lane: string
  /** To be taken at this time at the earliest; at once unless given. */
  readonly dueAt?: number
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
