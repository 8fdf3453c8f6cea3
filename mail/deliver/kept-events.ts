import type { Email, EmailChange } from '../email/email.ts'
import { ordinaryEvents, type EventType } from '../email/event.ts'
import { eventsOf } from '../own-events.ts'
import type { Event } from '../ports/events.ts'
import type { Turn } from './turn.ts'

/** What an attempt made of an email, as far as it is kept as events. */
export function eventsOfAttempt(turn: Turn, email: Email, change: EmailChange): Event[] {
  const after = { ...email, ...change }
  return eventsOf(after, email.recipients, turn.postern.clock.now(), (type) => isKept(turn, type))
}

/** All that its attempts and persons have made of an email: what a crash may have left untold. */
export function eventsOfRecord(turn: Turn, email: Email): Event[] {
  const at = email.settledAt ?? turn.postern.clock.now()
  return eventsOf(email, [], at, (type) => isKept(turn, type))
}

function isKept({ inForce }: Turn, type: EventType): boolean {
  return inForce.settings.feedback.events === 'all' || !ordinaryEvents.includes(type)
}
