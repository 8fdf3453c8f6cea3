import type { Content, Email, EmailChange } from '../email/email.ts'
import { contentKey, type Job } from '../email/job.ts'
import { isSettled } from '../email/states.ts'
import type { Claim } from '../ports/emails.ts'
import type { InForce } from '../ports/in-force.ts'
import type { Postern } from '../ports/postern.ts'
import { isOutOfPatience } from '../retry.ts'
import { consign } from './consign.ts'
import type { Disposition } from './disposition.ts'
import { holdBack, stopOf, whileStopped } from './groups.ts'
import type { Try } from './hand-off.ts'
import { findRoute, type Route } from './route.ts'
import { asHeld, settlement } from './settlement.ts'

/** Longer than the longest attempt, so that a lease only runs out when its holder is dead. */
export const leaseSeconds = 75

/**
 * Delivers one email: one attempt, or none when there is nothing to do or nobody to send it.
 *
 * A job is never acknowledged while its email may still be wanted unless the content is safe
 * elsewhere, and never while somebody else holds the email. Whatever crashes where, the job comes
 * back and finds in the record how far it got.
 *
 * @param stopping aborts the wait for a turn under a rate, never an attempt
 */
export async function deliver(
  job: Job,
  postern: Postern,
  stopping: AbortSignal = new AbortController().signal,
): Promise<Disposition> {
  const inForce = await postern.inForce.current()
  const heldBack = job.group && (await holdBack(job, job.group, postern))
  if (heldBack) return heldBack
  const route = await findRoute(postern, job, inForce.settings)
  if (route.kind === 'closed' && !isImpatient(job, postern, inForce))
    return deferUntil(route.until, postern)
  await takeTurn(job, postern, inForce, route, stopping)
  if (stopping.aborted) return { kind: 'defer', seconds: 0 }

  // Before the claim: a store that fails now must not look like a worker that died while sending.
  const content = job.content ?? (await readContent(job.id, postern))
  const claim = await postern.emails.claim(job.id, postern.clock.now(), leaseSeconds)
  if (claim.kind !== 'claimed') return withoutClaim(job, claim, postern)
  const change = claim.takenOver
    ? ofLostAttempt(claim, postern, inForce)
    : await attempt(postern, inForce, route, claim, content)
  return settle(postern, inForce, job, claim, change)
}

type Claimed = Claim & { kind: 'claimed' }

function isImpatient(job: Job, { clock }: Postern, { settings }: InForce): boolean {
  return isOutOfPatience(job, clock.now(), settings.delivery.giveUpAfterHours)
}

/** Captures leave at any rate: they go nowhere. */
async function takeTurn(
  job: Job,
  postern: Postern,
  inForce: InForce,
  route: Route,
  signal: AbortSignal,
) {
  if (job.capture) return
  const { ratePerSecond } = inForce.settings.delivery
  const perSecond = ratePerSecond ?? (await rateOf(postern, inForce, route, signal))
  await postern.pace.take(job.recipients, perSecond, signal)
}

/** What the remote of the first engine allows. An engine that is broken says so when it sends. */
async function rateOf(
  { fleet }: Postern,
  inForce: InForce,
  route: Route,
  signal: AbortSignal,
): Promise<number | null> {
  if (route.kind === 'closed') return null
  const { name } = route.engines[0]!
  return fleet.use(name, inForce, (engine) => engine.rate(signal)).catch(() => null)
}

/** Nothing to do for this job now: the email is settled, held by another worker, or not due. */
async function withoutClaim(job: Job, claim: Claim, postern: Postern): Promise<Disposition> {
  if (claim.kind === 'leased') return deferUntil(claim.until, postern)
  if (claim.kind === 'notDue') return deferUntil(claim.dueAt, postern)
  if (claim.kind === 'notClaimable' && claim.state === 'failed') await buryAgain(job, postern)
  return { kind: 'acknowledge' }
}

/** A crash may have come between giving up and writing the dead letter. */
async function buryAgain(job: Job, { emails, queue }: Postern) {
  const email = await emails.get(job.id)
  if (email && hasGivenUp(email)) await queue.bury(job, email.lastReason ?? 'out of time')
}

/** What came of the one attempt that this claim allows. */
async function attempt(
  postern: Postern,
  inForce: InForce,
  route: Route,
  { email }: Claimed,
  content: Content | undefined,
): Promise<EmailChange> {
  const now = postern.clock.now()
  const stop = email.group && (await stopOf(email.group, postern))
  if (stop) return whileStopped(email, stop, now)
  if (route.kind === 'closed') return asHeld(email, now, route.reason)
  if (!content) return asHeld(email, now, 'the content is missing')
  return conclude(
    email,
    await consign(postern, inForce, route.engines, email, content),
    postern,
    inForce,
  )
}

/**
 * Whoever held the lease before may have sent it: nobody can know. That is written down before
 * anything is sent again, or a second crash would leave a copy that no record explains; then the
 * email is due at once.
 */
function ofLostAttempt({ email }: Claimed, postern: Postern, inForce: InForce): EmailChange {
  const at = postern.clock.now()
  const waiting = email.recipients.filter(({ state }) => state === 'queued')
  const lost: Try = {
    engine: 'unknown',
    at,
    recipients: waiting.map(({ address }) => address),
    outcome: { kind: 'ambiguous', reason: 'the worker that was sending it died' },
  }
  const change = conclude(email, [lost], postern, inForce)
  return change.state === 'queued' ? { ...change, nextAttemptAt: at } : change
}

function conclude(email: Email, tries: readonly Try[], { clock }: Postern, { settings }: InForce) {
  const { giveUpAfterHours } = settings.delivery
  return settlement(email, tries, { now: clock.now(), giveUpAfterHours, random: Math.random() })
}

/** Writes down what came of it, the content first where it may be wanted again. */
async function settle(
  postern: Postern,
  { settings }: InForce,
  job: Job,
  { claim, email }: Claimed,
  change: EmailChange,
): Promise<Disposition> {
  const { emails, blobs, queue, clock } = postern
  const state = change.state ?? email.state
  const isWanted = state === 'held' || state === 'failed' || settings.keepContentDays > 0
  if (job.content && state !== 'queued' && isWanted)
    await blobs.put(contentKey(job.id), Buffer.from(JSON.stringify(job.content)))
  const isOver = state !== 'queued' && !hasGivenUp({ ...email, ...change })
  const settled = await emails.settle(job.id, claim, change, isOver ? job : undefined)
  // The lease ran out under us: its new holder has the last word, and this job sees it later.
  if (!settled) return deferUntil(clock.now() + leaseSeconds * 1_000, postern)
  if (state === 'queued') return deferUntil(change.nextAttemptAt ?? clock.now(), postern)
  if (!isOver) await queue.bury(job, change.lastReason ?? 'out of time')
  // What travels in the job was never put there, and asking in vain would cost a call per email.
  if (isSettled(state) && !isWanted && !job.content) await blobs.remove(contentKey(job.id))
  return { kind: 'acknowledge' }
}

function hasGivenUp({ state, timeline }: Email): boolean {
  return state === 'failed' && timeline.at(-1)?.what === 'gaveUp'
}

async function readContent(id: string, { blobs }: Postern): Promise<Content | undefined> {
  const bytes = await blobs.get(contentKey(id))
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as Content)
}

function deferUntil(time: number, { clock }: Postern): Disposition {
  return { kind: 'defer', seconds: Math.max(0, Math.ceil((time - clock.now()) / 1_000)) }
}
