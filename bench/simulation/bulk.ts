import type { Content, Email } from '../../mail/email/email.ts'
import { newId } from '../../mail/email/id.ts'

/** All emails of a simulation have the same: it is never read. */
export const content: Content = { kind: 'structured', text: 'x', headers: {}, attachments: [] }

/** The record of a plain email as accepting it makes it. */
export function plainEmail(owner: string, subject: string, now: number): Email {
  const id = newId(now)
  const address = `${owner}@example.net`
  return {
    ...{
      id,
      owner,
      project: 'default',
      stream: 'transactional',
      createdAt: now,
      messageId: `<${id}@example.com>`,
      subject,
    },
    ...{ from: { address: 'shop@example.com' }, to: [{ address }], cc: [], bcc: [], replyTo: [] },
    ...{ tags: [], size: 1, capture: false, onAmbiguous: 'retry', state: 'queued', revision: 1 },
    ...{ dueAt: now, scheduled: false, since: now, attempts: 0 },
    recipients: [{ address, state: 'queued' }],
    timeline: [{ at: now, what: 'accepted' }],
  }
}
