import { domainOf } from './address.ts'
import type { Content, Email } from './email.ts'
import type { Job } from './ports.ts'

/** Where the content of an email lies when it does not travel in the job. */
export function contentKey(id: string): string {
  return `content/${id}`
}

/**
 * Emails for one receiving domain wait for each other, so that a slow one does not hold up the
 * rest; captures are quick and wait for nobody.
 */
export function laneOf({ capture, recipients }: Pick<Email, 'capture' | 'recipients'>): string {
  return capture ? 'capture' : domainOf(recipients[0]!.address)
}

/** The job of an email, as its record stands. */
export function jobOf(email: Email, content?: Content): Job {
  const { id, capture, since, engine, group, state, dueAt } = email
  const recipients = email.recipients.filter(({ state }) => state === 'queued').length
  const lane = laneOf(email)
  return {
    id,
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
