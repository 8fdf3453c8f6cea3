import { formatMailbox, type Mailbox } from '../../mail/email/address.ts'
import type { Content, Email } from '../../mail/email/email.ts'
import type { LastEvent } from '../openapi/resend.ts'
import type { EmailState } from '../../mail/email/states.ts'

/** An email in a list, as Resend shows it. */
export function emailItem(email: Email, defaultFrom: string | null) {
  return {
    id: email.id,
    message_id: email.messageId,
    from: sender(email, defaultFrom),
    to: email.to.map(formatMailbox),
    cc: orNull(email.cc),
    bcc: orNull(email.bcc),
    reply_to: orNull(email.replyTo),
    subject: email.subject,
    created_at: new Date(email.createdAt).toISOString(),
    scheduled_at: email.scheduled ? new Date(email.dueAt).toISOString() : null,
    last_event: lastEvents[email.state],
  }
}

/** An email by itself. Every key is always there: typed SDKs ask for it. */
export function emailObject(
  email: Email,
  content: Content | undefined,
  defaultFrom: string | null,
) {
  const { html = null, text = null } = content?.kind === 'structured' ? content : {}
  return {
    object: 'email',
    ...emailItem(email, defaultFrom),
    html,
    text,
    tags: email.tags,
    topic_id: email.list ?? null,
  }
}

/** Resend has no words for a held or a captured email; `/v1/emails/{id}` has the real state. */
const lastEvents: Readonly<Record<EmailState, LastEvent>> = {
  scheduled: 'scheduled',
  queued: 'queued',
  sending: 'queued',
  held: 'queued',
  sent: 'sent',
  captured: 'sent',
  discarded: 'sent',
  failed: 'failed',
  suppressed: 'suppressed',
  canceled: 'canceled',
  delivered: 'delivered',
  delivery_delayed: 'delivery_delayed',
  bounced: 'bounced',
  complained: 'complained',
}

function sender({ from: { address, name } }: Email, defaultFrom: string | null): string {
  return formatMailbox({ address: address ?? defaultFrom ?? '', name })
}

function orNull(mailboxes: readonly Mailbox[]): string[] | null {
  return mailboxes.length > 0 ? mailboxes.map(formatMailbox) : null
}
