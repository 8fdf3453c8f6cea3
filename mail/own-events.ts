import type { Email, Recipient } from './email/email.ts'
import { ordinaryEvents, type EventType } from './email/event.ts'
import { idOf } from './email/id.ts'
import { allProjects } from './email/project.ts'
import type { RecipientState } from './email/states.ts'
import type { Suppression, SuppressionCause } from './email/suppression.ts'
import { webhookOfStanding } from './email/webhook.ts'
import type { Event } from './ports/events.ts'
import type { Pause } from './ports/standing.ts'

/**
 * What an attempt or a person made of an email. By recipient where they may differ, else one of the
 * whole email. The ids follow from the record, so that to tell it once more changes nothing.
 *
 * @param before its recipients before; none: all that it has come to
 * @param isKept which of them are wanted
 */
export function eventsOf(
  email: Email,
  before: readonly Recipient[],
  at: number,
  isKept: (type: EventType) => boolean,
): Event[] {
  const stateBefore = new Map(before.map(({ address, state }) => [address, state]))
  const changed = email.recipients.filter(
    ({ address, state, toldAt }) => toldAt === undefined && stateBefore.get(address) !== state,
  )
  return [...new Set(changed.map(({ state }) => state))].flatMap((state) => {
    const type = typeOf[state]
    if (!type || !isKept(type)) return []
    const those = changed.filter((one) => one.state === state)
    return ofWholeEmail.includes(type)
      ? [eventOn(email, type, at, email.recipients.length === 1 ? those[0] : undefined)]
      : those.map((recipient) => eventOn(email, type, at, recipient))
  })
}

const typeOf: Readonly<Partial<Record<RecipientState, EventType>>> = {
  sent: 'email.sent',
  captured: 'email.captured',
  discarded: 'email.discarded',
  held: 'email.held',
  failed: 'email.failed',
  suppressed: 'email.suppressed',
  canceled: 'email.canceled',
}

/** What a person decides about, all of it at once. */
const ofWholeEmail: readonly EventType[] = ['email.held', 'email.canceled']

/** What is not kept of most emails, as the record has it: that each recipient's was taken. */
export function ordinaryEventsOf(email: Email): Event[] {
  const attempt = email.timeline.findLast(({ outcome = '' }) => ordinaryOutcomes.includes(outcome))
  if (!attempt) return []
  return email.recipients.flatMap(({ address, state, toldAt, reason }) => {
    const own = typeOf[state]
    const isOrdinary = own !== undefined && ordinaryEvents.includes(own)
    // What a signal tells of was taken before.
    if (!isOrdinary && toldAt === undefined) return []
    const type = isOrdinary ? own : attempt.outcome === 'captured' ? 'email.captured' : 'email.sent'
    return [eventOn(email, type, attempt.at, { address, state, ...(!toldAt && { reason }) })]
  })
}

const ordinaryOutcomes: readonly string[] = ['sent', 'ambiguous', 'captured', 'discarded']

/** What accepting an email tells. */
export function eventsOfArrival(email: Email): Event[] {
  const { scheduled, createdAt } = email
  return scheduled ? [eventOn({ ...email, since: createdAt }, 'email.scheduled', createdAt)] : []
}

function eventOn(email: Email, type: EventType, at: number, recipient?: Recipient): Event {
  const { id: emailId, project, tags, since, lastReason } = email
  const { address } = recipient ?? {}
  const text = recipient?.reason ?? (type === 'email.held' ? lastReason : undefined)
  return {
    id: idOf(`${emailId} ${type} ${address ?? ''}`, since),
    type,
    project,
    at,
    recordedAt: at,
    source: 'postern',
    emailId,
    ...(address && { address }),
    ...(tags.length > 0 && { tags }),
    ...(text && { text: text.slice(0, longestText) }),
  }
}

/** As long as the replies that signals bring, in characters. */
const longestText = 1_000

/** What one cause added to the list of those who get nothing. */
export function suppressionAdded(of: Suppression, cause: SuppressionCause, now: number): Event {
  const { emailId } = cause
  const event = eventOfSuppression('suppression.added', of, cause, cause)
  return { ...event, recordedAt: now, ...(emailId !== undefined && { emailId }) }
}

/** What was taken from it: one event for each reason. */
export function suppressionsRemoved(
  taken: Suppression,
  removal: { readonly at: number; readonly by: string },
): Event[] {
  return taken.causes.map((cause) =>
    eventOfSuppression('suppression.removed', taken, cause, removal),
  )
}

function eventOfSuppression(
  type: EventType,
  { id, project, address, list }: Suppression,
  { reason, status, text }: SuppressionCause,
  { at, by }: { readonly at: number; readonly by: string },
): Event {
  return {
    id: idOf(`${type} ${id} ${reason}`, at),
    type,
    project,
    at,
    recordedAt: at,
    source: 'postern',
    address,
    ...(status && { status }),
    ...(text && { text }),
    suppression: { id, reason, by, ...(list !== undefined && { list }) },
  }
}

/** An engine takes nothing for now; told at the first pause of several. */
export function engineBlocked(engine: string, { at, reason: text }: Pause): Event[] {
  return eventsOfEngine('engine.blocked', engine, { at, text })
}

/** It takes email again. */
export function engineResumed(engine: string, at: number): Event[] {
  return eventsOfEngine('engine.resumed', engine, { at })
}

/** None of the endpoints of webhooks, which stand as engines do. */
function eventsOfEngine(
  type: EventType,
  engine: string,
  more: Pick<Event, 'at' | 'text'>,
): Event[] {
  if (webhookOfStanding(engine) !== undefined) return []
  const { at } = more
  const id = idOf(`${type} ${engine}`, at)
  return [{ id, type, project: allProjects, recordedAt: at, source: 'postern', engine, ...more }]
}
