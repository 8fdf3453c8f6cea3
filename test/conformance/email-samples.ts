import type { Email } from '../../mail/email/email.ts'
import { newId } from '../../mail/email/id.ts'

/** When the emails of the suites are due. */
export const noon = Date.UTC(2026, 0, 1, 12)

/** An email as it is when it was just accepted, due at noon. */
export function anEmail(values: Partial<Email> = {}): Email {
  const id = newId(noon)
  return {
    id,
    owner: 'local',
    project: 'default',
    stream: 'transactional',
    createdAt: noon,
    messageId: `<${id}@example.com>`,
    from: { address: 'app@example.com', name: 'App' },
    to: [{ address: 'ann@example.org', name: 'Ann' }],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Grüße',
    tags: [],
    size: 12,
    capture: false,
    onAmbiguous: 'retry',
    state: 'queued',
    revision: 1,
    recipients: [{ address: 'ann@example.org', state: 'queued' }],
    dueAt: noon,
    scheduled: false,
    since: noon,
    attempts: 0,
    timeline: [{ at: noon, what: 'accepted' }],
    ...values,
  }
}
