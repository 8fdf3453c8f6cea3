import type { EventType } from '../email/event.ts'
import type { Email } from '../email/email.ts'
import type { Event } from '../ports/events.ts'

/**
 * An event as SendGrid tells it, as one element of the array that is sent
 * (www.twilio.com/docs/sendgrid/for-developers/tracking-events/event); undefined for what SendGrid has no
 * event of.
 */
export function sendGridBody(event: Event, email: Email | undefined): string | undefined {
  const name = nameOf(event)
  if (!name) return undefined
  const { id, at, address, status, text, visit } = event
  const reason = ['deferred', 'bounce', 'dropped'].includes(name) ? text : undefined
  return JSON.stringify({
    ...(email && Object.fromEntries(email.tags.map((tag) => [tag.name, tag.value]))),
    email: address ?? email?.to[0]?.address ?? '',
    event: name,
    timestamp: Math.floor(at / 1_000),
    sg_event_id: id,
    ...(email && { sg_message_id: email.id, 'smtp-id': email.messageId }),
    ...(name === 'delivered' && text && { response: text }),
    ...(reason && { reason }),
    ...(status && { status }),
    ...(name === 'bounce' && { type: event.bounce === 'hard' ? 'bounce' : 'blocked' }),
    ...(visit?.link && { url: visit.link }),
    ...(visit?.userAgent && { useragent: visit.userAgent }),
    ...(visit?.ip && { ip: visit.ip }),
  })
}

const names: Readonly<Partial<Record<EventType, string>>> = {
  'email.sent': 'processed',
  'email.delivered': 'delivered',
  'email.delivery_delayed': 'deferred',
  'email.bounced': 'bounce',
  'email.failed': 'dropped',
  'email.suppressed': 'dropped',
  'email.complained': 'spamreport',
  'email.opened': 'open',
  'email.clicked': 'click',
  'email.unsubscribed': 'unsubscribe',
}

function nameOf({ type }: Event): string | undefined {
  return names[type]
}
