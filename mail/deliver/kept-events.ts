import type { Email, EmailChange } from '../email/email.ts'
import { ordinaryEvents, type EventType } from '../email/event.ts'
import { isHeard } from '../notify/hears.ts'
import { eventsOf } from '../own-events.ts'
import type { Event } from '../ports/events.ts'
import type { Turn } from './turn.ts'

/** What an attempt made of an email, as far as it is kept as events. */
export async function eventsOfAttempt(
  turn: Turn,
  email: Email,
  change: EmailChange,
): Promise<Event[]> {
  const after = { ...email, ...change }
  return eventsOf(after, email.recipients, turn.postern.clock.now(), await kept(turn, email))
}

/** All that its attempts and persons have made of an email: what a crash may have left untold. */
export async function eventsOfRecord(turn: Turn, email: Email): Promise<Event[]> {
  return eventsOf(email, [], email.settledAt ?? turn.postern.clock.now(), await kept(turn, email))
}

/** Ordinary ones only where they are asked for. */
async function kept({ inForce, postern }: Turn, { project }: Email) {
  if (inForce.settings.feedback.events === 'all') return () => true
  const webhooks = await postern.webhooks.known()
  return (type: EventType) => !ordinaryEvents.includes(type) || isHeard(webhooks, project, type)
}
