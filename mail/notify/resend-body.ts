import type { Email } from '../email/email.ts'
import type { Mailbox } from '../email/mailbox.ts'
import { sentFrom } from '../email/sent-from.ts'
import type { Event } from '../ports/events.ts'

/** An event as Resend tells it, in JSON (resend.com/docs/dashboard/webhooks/event-types). */
export function resendBody(event: Event, email: AboutEmail | undefined): string {
  const { type, at, address, project } = event
  const data = {
    ...(email && aboutEmail(email)),
    ...details(event),
    // Resend leaves open which of several recipients it was, and has no projects.
    ...(address !== undefined && { recipient: address }),
    ...(event.source && { source: event.source }),
    project,
  }
  return JSON.stringify({ type, created_at: new Date(at).toISOString(), data })
}

/** As much of an email as is told. */
export type AboutEmail = Pick<
  Email,
  'id' | 'createdAt' | 'from' | 'to' | 'subject' | 'messageId' | 'tags' | 'timeline'
>

function aboutEmail(email: AboutEmail) {
  const { id, createdAt, from, to, subject, messageId, tags } = email
  return {
    email_id: id,
    created_at: new Date(createdAt).toISOString(),
    from: written({ ...from, address: from.address ?? sentFrom(email) }),
    to: to.map(written),
    subject,
    message_id: messageId,
    ...(tags.length > 0 && {
      tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])),
    }),
  }
}

function written({ address = '', name }: Partial<Mailbox>): string {
  return name ? `${name} <${address}>` : address
}

function details(event: Event): object {
  switch (event.type) {
    case 'email.bounced':
      return { bounce: bounceOf(event) }
    case 'email.failed':
      return { failed: { reason: event.text ?? event.word ?? '' } }
    case 'email.suppressed':
      return { suppressed: suppressedOf(event) }
    case 'email.opened':
      return { open: visitOf(event) }
    case 'suppression.added':
    case 'suppression.removed':
      return suppressionOf(event)
    case 'domain.created':
    case 'domain.deleted':
      return { ...event.domain }
    case 'engine.blocked':
    case 'engine.resumed':
      return { engine: event.engine, ...(event.text !== undefined && { reason: event.text }) }
    case 'webhook.disabled':
      return { ...event.webhook, reason: event.text }
    case 'email.clicked':
      return { click: { link: event.visit?.link ?? '', ...visitOf(event) } }
    default:
      return event.text === undefined ? {} : { reason: event.text }
  }
}

/** Resend has three origins and no lists. */
function suppressionOf({ at, address, emailId, suppression }: Event) {
  const { id, reason, list } = suppression ?? {}
  return {
    id,
    email: address,
    origin: reason === 'unsubscribe' ? 'manual' : reason,
    source_id: emailId ?? null,
    created_at: new Date(at).toISOString(),
    reason,
    ...(list !== undefined && { list }),
  }
}

/** In Amazon SES's words, which Resend uses: its own where it told of it. */
function bounceOf({ bounce, word, text = '' }: Event) {
  const [type, subType] = /^(Permanent|Transient|Undetermined)\/(\w+)$/
    .exec(word ?? '')
    ?.slice(1) ?? [bounce === 'hard' ? 'Permanent' : 'Transient', 'General']
  return { type, subType, message: text, ...(text && { diagnosticCode: [text] }) }
}

function suppressedOf({ word, text = '' }: Event) {
  const type = word?.endsWith('OnAccountSuppressionList')
    ? 'OnAccountSuppressionList'
    : 'Suppressed'
  const reason = /complain/i.test(text) ? 'previous_complaint' : 'previous_bounce'
  return { type, reason, message: text, ...(text && { diagnosticCode: [text] }) }
}

function visitOf({ at, visit }: Event) {
  return {
    ipAddress: visit?.ip ?? '',
    timestamp: new Date(at).toISOString(),
    userAgent: visit?.userAgent ?? '',
    ...(visit?.automated !== undefined && { automated: visit.automated }),
  }
}
