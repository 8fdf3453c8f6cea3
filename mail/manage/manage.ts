import { withEntry, type Email, type EmailChange, type Recipient } from '../email/email.ts'
import { isErased } from '../email/erased-address.ts'
import { jobOf } from '../email/job.ts'
import type { Scope } from '../email/project.ts'
import type { Postern } from '../ports/postern.ts'
import { eventsOf } from '../own-events.ts'
import { enginesOf } from '../settings/settings.ts'
import { wakeEngines } from '../wake.ts'
import { allowed, rollUp, type EmailState, type RecipientState } from '../email/states.ts'

/** What became of a person's decision about an email. */
export type Managed =
  | { readonly kind: 'done'; readonly email: Email }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Stops an email that no engine has yet. Race-free against delivery: an email that was claimed in
 * the meantime is refused, and a late job finds it canceled.
 *
 * @param only the states from which this caller may cancel
 */
export async function cancel(
  postern: Postern,
  id: string,
  scope: Scope,
  only: readonly EmailState[] = ['scheduled', 'queued', 'held'],
): Promise<Managed> {
  const now = postern.clock.now()
  const managed = await transition(postern, { id, scope }, { to: 'canceled', only }, (email) => {
    const recipients = moved(email.recipients, ['queued', 'held'], 'canceled')
    return {
      recipients,
      state: stateOfRest(recipients),
      settledAt: now,
      nextAttemptAt: undefined,
      timeline: withEntry(email.timeline, { at: now, what: 'canceled' }),
    }
  })
  if (managed.kind === 'done') await postern.queue.cancel(id)
  return managed
}

/** What was sent stays sent: only an email that no recipient has is canceled as a whole. */
function stateOfRest(recipients: readonly Recipient[]): EmailState {
  const state = rollUp(recipients.map((recipient) => recipient.state))
  return state === 'failed' ? 'canceled' : state
}

/** Sends a scheduled email at another time. */
export async function reschedule(
  postern: Postern,
  id: string,
  scope: Scope,
  dueAt: number,
): Promise<Managed> {
  const at = postern.clock.now()
  const managed = await transition(
    postern,
    { id, scope },
    { to: 'scheduled', only: ['scheduled'] },
    (email) => ({
      dueAt,
      since: dueAt,
      timeline: withEntry(email.timeline, { at, what: 'rescheduled' }),
    }),
  )
  // The old job is not canceled first: between the two a crash would leave none.
  if (managed.kind === 'done') await postern.queue.put([jobOf(managed.email)])
  return managed
}

/**
 * Tries a held or failed email again, its patience counted from now. Recipients that have it
 * already are left alone. One that waits for its engine has that tried again, and all that waits
 * with it.
 */
export async function retry(postern: Postern, id: string, scope: Scope): Promise<Managed> {
  const at = postern.clock.now()
  const seen = await postern.emails.get(id, scope)
  if (seen && !isFreshlyRetried(seen) && (await wake(postern, seen)))
    return { kind: 'done', email: seen }
  if (seen?.recipients.some(({ address }) => isErased(address)))
    return { kind: 'refused', reason: 'it was erased, with its content' }
  const managed = await transition(
    postern,
    { id, scope },
    { to: 'queued', only: ['held', 'failed'] },
    (email) => ({
      ...retried(email.recipients),
      since: at,
      attempts: 0,
      nextAttemptAt: undefined,
      settledAt: undefined,
      timeline: withEntry(email.timeline, { at, what: 'retried' }),
    }),
  )
  const email = managed.kind === 'done' ? managed.email : await postern.emails.get(id, scope)
  if (email && isFreshlyRetried(email)) await postern.queue.put([jobOf(email)])
  return managed
}

/** Has the engines tried again for an email that waits for one of them; says whether it does. */
async function wake(postern: Postern, email: Email): Promise<boolean> {
  const now = postern.clock.now()
  const { state, dueAt, nextAttemptAt = 0, timeline, engine } = email
  if (state !== 'queued' || dueAt > now || nextAttemptAt > now) return false
  const { settings } = await postern.inForce.current()
  const engines = engine ? [engine] : enginesOf(settings)
  const standings = await Promise.all(engines.map((name) => postern.standing.read(name)))
  const isBlocked = timeline.at(-1)?.outcome === 'blocked'
  if (!isBlocked && standings.every(({ pauses }) => pauses === 0)) return false
  await wakeEngines(postern, engines)
  return true
}

/**
 * A crash may have come between an earlier retry and its job. Any other email that waits has a
 * job, with the content in it maybe: another without would find none and hold the email.
 */
function isFreshlyRetried({ state, timeline }: Email): boolean {
  return state === 'queued' && timeline.at(-1)?.what === 'retried'
}

function retried(recipients: readonly Recipient[]): Pick<EmailChange, 'recipients'> {
  const held = recipients.some((recipient) => recipient.state === 'held')
  const asked = moved(recipients, [held ? 'held' : 'failed'], 'queued')
  return { recipients: asked.map((one) => (one.state === 'queued' ? afresh(one) : one)) }
}

/**
 * A person who asks for it once more has decided about the copies there may be, and what was told
 * of an earlier one says nothing of the next.
 */
function afresh({ address, state, reason }: Recipient): Recipient {
  return { address, state, ...(reason && { reason }) }
}

/** One conditional transition; tried again when the record changed between reading and writing. */
async function transition(
  { emails, clock }: Postern,
  { id, scope }: { readonly id: string; readonly scope: Scope },
  { to, only }: { readonly to: EmailState; readonly only: readonly EmailState[] },
  change: (email: Email) => EmailChange,
): Promise<Managed> {
  for (;;) {
    const email = await emails.get(id, scope)
    if (!email) return { kind: 'unknown' }
    if (!only.includes(email.state) || !allowed(email.state, to))
      return { kind: 'refused', reason: `the email is ${email.state}` }
    const changes = { state: to, ...change(email) }
    const events = eventsOf({ ...email, ...changes }, email.recipients, clock.now(), () => true)
    const changed = await emails.change(email, changes, events)
    if (changed) return { kind: 'done', email: changed }
  }
}

function moved(
  recipients: readonly Recipient[],
  from: readonly RecipientState[],
  to: RecipientState,
): Recipient[] {
  return recipients.map((recipient) =>
    from.includes(recipient.state) ? { ...recipient, state: to } : recipient,
  )
}
