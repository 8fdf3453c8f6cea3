import type { Email, EmailChange } from '../email/email.ts'
import { allProjects } from '../email/project.ts'
import type { Signal } from '../email/signal.ts'
import { dayMs } from '../email/time.ts'
import type { Backend } from '../ports/backend.ts'
import type { Event } from '../ports/events.ts'
import { harmOf } from '../guardian/harm.ts'
import { report, reportWithoutEmail, type Report } from './report.ts'

/** What became of a signal: dealt with, or to be seen again after a while. */
export type Receipt =
  | {
      readonly kind: 'done'
      readonly about: 'email' | 'address' | 'nothing'
      /** The event that it was, unless that was told before. */
      readonly told?: Event
    }
  | { readonly kind: 'defer'; readonly seconds: number }

/**
 * Deals with one signal. What it changes is written in the order suppression, event, record: each
 * of them once, however often it comes, so that whatever crashes where, the signal comes again and
 * finds in them how far it got.
 */
export async function receive(backend: Ports, signal: Signal): Promise<Receipt> {
  let told: Event | undefined
  for (;;) {
    const email = await emailFor(backend, signal)
    if (!email) return receiveWithout(backend, signal)
    if (email.state === 'sending') return waitForAttempt(backend, signal)
    const changes = report(email, signal, backend.clock.now())
    const { isNews, isCurrent } = await write(backend, changes, { email, signal })
    if (isNews) told = changes.event
    if (isCurrent) return { kind: 'done', about: 'email', ...(told && { told }) }
  }
}

type Ports = Pick<Backend, 'emails' | 'suppressions' | 'events' | 'reputation' | 'commit' | 'clock'>

/** An email that we do not know, or no longer, proves nothing about its address. */
async function receiveWithout(backend: Ports, signal: Signal): Promise<Receipt> {
  const changes = signal.emailId === undefined ? reportWithoutEmail(signal) : {}
  await write(backend, changes, { signal })
  return { kind: 'done', about: changes.suppression ? 'address' : 'nothing' }
}

interface About {
  readonly signal: Signal
  readonly email?: Email
}

/** Whether the event was not told before, and the record still as it was seen. */
async function write(backend: Ports, changes: Report, { email, signal }: About) {
  const { suppressions, events, emails, commit } = backend
  const { suppression, event, change } = changes
  const written = { isNews: false, isCurrent: true }

  async function suppress({ place, cause }: NonNullable<Report['suppression']>) {
    const { isNew } = await suppressions.add(place, cause)
    // What a server refused at once is no event.
    if (isNew && signal.source === 'engine') await count()
  }

  async function tell(event: Event) {
    written.isNews = await events.record(event)
    if (written.isNews) await count()
  }

  /** A crash before it loses a count, which a rate bears; it never counts twice. */
  async function count() {
    const harm = email && harmOf(email, signal)
    if (harm) await backend.reputation.add([harm])
  }

  async function alter(email: Email, change: EmailChange) {
    written.isCurrent = (await emails.change(email, change)) !== undefined
  }

  // The notices of an event belong between it and the record.
  await commit([
    ...(suppression ? [() => suppress(suppression)] : []),
    ...(event ? [() => tell(event)] : []),
    ...(email && change ? [() => alter(email, change)] : []),
  ])
  return written
}

/** The end of an attempt writes what it knew at its start: until then a signal would be overwritten. */
const attemptWait = { least: 5, most: 60 }

/** The longer it waits already, the later it looks again: an attempt may last an hour. */
function waitForAttempt({ clock }: Ports, { at }: Signal): Receipt {
  const waited = Math.ceil((clock.now() - at) / 1_000)
  const seconds = Math.min(Math.max(waited, attemptWait.least), attemptWait.most)
  return { kind: 'defer', seconds }
}

async function emailFor({ emails }: Ports, signal: Signal): Promise<Email | undefined> {
  if (signal.emailId !== undefined) return emails.get(signal.emailId, allProjects)
  return signal.source === 'sendgrid' ? newestTo(emails, signal) : undefined
}

/** So long after it was sent an email may come back without saying which it was. */
const anonymousMs = 7 * dayMs

/** SendGrid names the address alone when a bounce comes late (github.com/sendgrid/docs/issues/5177). */
async function newestTo(emails: Ports['emails'], { address, at }: Signal) {
  if (address === undefined) return undefined
  const { data } = await emails.list({ scope: allProjects, limit: 20, q: address })
  return data.find(
    ({ createdAt, timeline }) =>
      createdAt <= at + dayMs &&
      createdAt > at - anonymousMs &&
      timeline.some(({ engine, outcome }) => engine === 'sendgrid' && isTaken(outcome)),
  )
}

function isTaken(outcome: string | undefined): boolean {
  return outcome === 'sent' || outcome === 'ambiguous'
}
