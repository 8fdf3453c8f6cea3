import type { EventType } from '../../mail/email/event.ts'

/** What can be told, each in words. */
export const eventLabels: Readonly<Record<EventType, string>> = {
  'email.scheduled': 'Scheduled',
  'email.sent': 'Sent',
  'email.delivered': 'Delivered',
  'email.delivery_delayed': 'Delayed',
  'email.bounced': 'Bounced',
  'email.complained': 'Complained',
  'email.failed': 'Failed',
  'email.suppressed': 'Suppressed',
  'email.held': 'Held',
  'email.canceled': 'Canceled',
  'email.captured': 'Captured',
  'email.discarded': 'Discarded',
  'email.opened': 'Opened',
  'email.clicked': 'Clicked',
  'email.unsubscribed': 'Unsubscribed',
  'suppression.added': 'Address suppressed',
  'suppression.removed': 'Address no longer suppressed',
  'domain.created': 'Domain added',
  'domain.deleted': 'Domain removed',
  'engine.blocked': 'Engine blocked',
  'engine.resumed': 'Engine works again',
  'webhook.disabled': 'Webhook disabled',
  'guardian.warned': 'Sender warned of',
  'guardian.held': 'Bulk email held back',
  'guardian.resumed': 'Bulk email sent again',
}

export const eventNames = Object.keys(eventLabels) as EventType[]
