import type { EventItem } from '../data/answers.ts'
import type { Tone } from '../parts/state.tsx'

export type EventType = EventItem['type']

/** What an event is called, and how much to worry. */
export const eventWords: Readonly<Record<EventType, readonly [label: string, tone: Tone]>> = {
  'email.scheduled': ['Scheduled', 'busy'],
  'email.sent': ['Sent', 'good'],
  'email.delivered': ['Delivered', 'good'],
  'email.delivery_delayed': ['Delayed on the way', 'warn'],
  'email.bounced': ['Bounced', 'bad'],
  'email.complained': ['Called spam by the recipient', 'bad'],
  'email.failed': ['Failed', 'bad'],
  'email.suppressed': ['Not sent: suppressed', 'quiet'],
  'email.held': ['Held for a person', 'warn'],
  'email.canceled': ['Canceled', 'quiet'],
  'email.captured': ['Captured', 'quiet'],
  'email.discarded': ['Discarded', 'quiet'],
  'email.opened': ['Opened', 'quiet'],
  'email.clicked': ['Clicked', 'quiet'],
  'email.unsubscribed': ['Unsubscribed', 'quiet'],
  'suppression.added': ['Added to the suppressed addresses', 'warn'],
  'suppression.removed': ['Removed from the suppressed addresses', 'quiet'],
  'domain.created': ['Sender domain added', 'quiet'],
  'domain.deleted': ['Sender domain removed', 'quiet'],
  'engine.blocked': ['Engine takes no email', 'bad'],
  'engine.resumed': ['Engine takes email again', 'good'],
  'webhook.disabled': ['Webhook disabled', 'bad'],
  'guardian.warned': ['Sender warned of', 'warn'],
  'guardian.held': ['Bulk email of a sender held back', 'bad'],
  'guardian.resumed': ['Bulk email of a sender goes on', 'good'],
}

/** The words that come with an event: of a server, a program or a provider. */
export function wordsOf({ text, word, visit, suppression }: EventItem): string {
  const who = visit?.automated ? 'by a program' : undefined
  const visited = visit && [visit.link, visit.userAgent, who].filter(Boolean).join(', ')
  const why = suppression && [suppression.reason, suppression.list].filter(Boolean).join(', list ')
  return [why, text ?? word, visited].filter(Boolean).join(': ')
}
