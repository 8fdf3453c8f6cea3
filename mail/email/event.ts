/** What Postern tells outside, named as Resend names it where Resend has a name. */
export const eventTypes = [
  'email.sent',
  'email.delivered',
  'email.delivery_delayed',
  'email.bounced',
  'email.complained',
  'email.failed',
  'email.suppressed',
  'email.opened',
  'email.clicked',
  'email.unsubscribed',
] as const

export type EventType = (typeof eventTypes)[number]

/** So many days an event is kept. */
export const eventDays = 30
