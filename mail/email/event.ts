/** What Postern tells outside, named as Resend names it where Resend has a name. */
export const eventTypes = [
  'email.scheduled',
  'email.sent',
  'email.delivered',
  'email.delivery_delayed',
  'email.bounced',
  'email.complained',
  'email.failed',
  'email.suppressed',
  'email.held',
  'email.canceled',
  'email.captured',
  'email.discarded',
  'email.opened',
  'email.clicked',
  'email.unsubscribed',
  'suppression.added',
  'suppression.removed',
  'domain.created',
  'domain.deleted',
  'engine.blocked',
  'engine.resumed',
  'webhook.disabled',
  'guardian.warned',
  'guardian.held',
  'guardian.resumed',
] as const

export type EventType = (typeof eventTypes)[number]

/**
 * What every email comes to where all is well. Kept only where it is asked for: the record tells it
 * as well, and it would cost one write more for each email.
 */
export const ordinaryEvents: readonly EventType[] = [
  'email.sent',
  'email.captured',
  'email.discarded',
]

/** What providers and returned email tell of recipients: counted by the hour. */
export const countedEvents = [
  'email.delivered',
  'email.delivery_delayed',
  'email.bounced',
  'email.complained',
] as const satisfies readonly EventType[]

export type CountedEvent = (typeof countedEvents)[number]

export const eventOrders = ['newest', 'oldest'] as const

/** Which of them comes first. */
export type EventOrder = (typeof eventOrders)[number]

/** So many days an event, and what webhooks were told, is kept at most, and unless set otherwise. */
export const eventDays = 30
