import { comparisonKey } from '../email/address.ts'
import {
  withTold,
  type Email,
  type EmailChange,
  type Recipient,
  type ToldWord,
} from '../email/email.ts'
import { idOf } from '../email/id.ts'
import { allProjects } from '../email/project.ts'
import type { Signal } from '../email/signal.ts'
import { rollUp } from '../email/states.ts'
import type { SuppressedPlace, SuppressionCause } from '../email/suppression.ts'
import type { EventType } from '../email/event.ts'
import type { Event } from '../ports/events.ts'
import { higher, standingFrom } from './standing.ts'
import { causeOf } from './cause.ts'

/** What a signal changes, in the order in which it is written. */
export interface Report {
  readonly suppression?: { readonly place: SuppressedPlace; readonly cause: SuppressionCause }
  readonly event?: Event
  readonly change?: EmailChange
}

/** What a signal means for the email that it speaks of: a pure function. */
export function report(email: Email, signal: Signal, now: number): Report {
  const recipient = recipientOf(email, signal)
  if (!recipient) return noteOn(email, signal)
  const cause = causeOf(signal, email.id)
  const place = { project: email.project, address: recipient.address }
  const suppression = cause && { place: withList(place, signal), cause }
  // What a server refused at once is on record already.
  if (signal.source === 'engine') return suppression ? { suppression } : {}
  if (!isOpen(recipient, signal) || isOutdated(email, signal)) return {}
  const event = eventFrom(email, recipient, signal, now)
  const change = changeFrom(email, recipient, signal, now)
  return { ...(suppression && { suppression }), ...(event && { event }), ...(change && { change }) }
}

/** What a signal means that names no email, where its source is proven: its address is suppressed. */
export function reportWithoutEmail(signal: Signal): Report {
  const cause = causeOf(signal)
  const { source, address } = signal
  if (!cause || !address || (source !== 'ses' && source !== 'sendgrid')) return {}
  return { suppression: { place: withList({ project: allProjects, address }, signal), cause } }
}

function withList(place: SuppressedPlace, { list }: Signal): SuppressedPlace {
  return list === undefined ? place : { ...place, list }
}

/**
 * Whom it means. A report may name the address that an email was forwarded to: then it means the
 * only recipient, and with several of them no one.
 */
function recipientOf({ recipients }: Email, { address, forwarded }: Signal): Recipient | undefined {
  const key = address === undefined ? undefined : comparisonKey(address)
  const named = recipients.find((one) => key === comparisonKey(one.address))
  const isVague = address === undefined || forwarded === true
  return named ?? (isVague && recipients.length === 1 ? recipients[0] : undefined)
}

const taken: readonly string[] = ['sent', 'delivery_delayed', 'delivered', 'bounced', 'complained']

/** An engine took it, or an attempt that was left in doubt may have: then the signal proves it. */
function isOpen({ state, doubts = 0, toldAt }: Recipient, { source }: Signal): boolean {
  if (state === 'captured') return source === 'capture'
  return taken.includes(state) || doubts > 0 || toldAt !== undefined
}

/** A refusal of what was sent before a person asked for it once more. */
function isOutdated({ since, createdAt, dueAt }: Email, { kind, at }: Signal): boolean {
  return kind === 'rejected' && since > Math.max(createdAt, dueAt) && at < since
}

function changeFrom(
  email: Email,
  recipient: Recipient,
  signal: Signal,
  now: number,
): EmailChange | undefined {
  const after = afterSignal(recipient, signal)
  const timeline = timelineFrom(email, signal, recipient)
  if (after === recipient) return timeline && { timeline }
  const recipients = email.recipients.map((one) => (one === recipient ? after : one))
  const state = rollUp(recipients.map((one) => one.state))
  const isWaiting = state === 'queued' || state === 'held'
  return {
    recipients,
    state,
    ...(timeline && { timeline }),
    ...(!isWaiting && { settledAt: email.settledAt ?? now, nextAttemptAt: undefined }),
  }
}

/** The same recipient where the signal says nothing new. */
function afterSignal(recipient: Recipient, signal: Signal): Recipient {
  const { address, doubts: _, ...before } = recipient
  const told = standingFrom(signal)
  const isProven = before.state === 'sent' && told.state === 'sent'
  return !isProven && higher(before, told) === told ? { address, ...told } : recipient
}

/** Longest text of a signal in a timeline, in characters: the record is read and written often. */
const longestNote = 200

/** The timeline with what the signal tells; undefined where that is no news. */
function timelineFrom(email: Email, signal: Signal, recipient?: Recipient) {
  const what = wordFor(signal, recipient)
  if (!what) return undefined
  const { at, text } = signal
  const isNamed = !recipient || email.recipients.length > 1
  const address = isNamed ? (recipient ?? signal).address : undefined
  const timeline = withTold(email.timeline, {
    at,
    what,
    ...(text && { reason: text.slice(0, longestNote) }),
    ...(address && { address }),
  })
  return timeline === email.timeline ? undefined : timeline
}

function wordFor({ kind, bounce }: Signal, recipient?: Recipient): ToldWord | undefined {
  if (bounce === 'autoReply') return bounce
  // Their number is not bounded.
  if (kind === 'opened' || kind === 'clicked') return undefined
  if (kind !== 'accepted') return kind
  return recipient && !taken.includes(recipient.state) ? 'proven' : undefined
}

/** It speaks of the email, but of no recipient that we know: kept for a person to see. */
function noteOn(email: Email, signal: Signal): Report {
  const timeline = signal.source === 'engine' ? undefined : timelineFrom(email, signal)
  return timeline ? { change: { timeline } } : {}
}

const eventTypeOf: Readonly<Partial<Record<Signal['kind'], EventType>>> = {
  delivered: 'email.delivered',
  delayed: 'email.delivery_delayed',
  bounced: 'email.bounced',
  complained: 'email.complained',
  suppressed: 'email.suppressed',
  rejected: 'email.failed',
  opened: 'email.opened',
  clicked: 'email.clicked',
  unsubscribed: 'email.unsubscribed',
}

function eventFrom(
  { id: emailId, project, tags }: Email,
  { address }: Recipient,
  signal: Signal,
  recordedAt: number,
): Event | undefined {
  const { source, key, kind, at, bounce, status, word, text, visit } = signal
  const type = bounce === 'autoReply' ? undefined : eventTypeOf[kind]
  return (
    type && {
      id: idOf(`${source} ${key}`, at),
      type,
      project,
      at,
      recordedAt,
      source,
      emailId,
      address,
      ...(tags.length > 0 && { tags }),
      ...(bounce && { bounce }),
      ...(status && { status }),
      ...(word && { word }),
      ...(text && { text }),
      ...(visit && { visit }),
    }
  )
}
