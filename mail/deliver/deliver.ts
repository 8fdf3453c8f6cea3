import { settingsIn } from '../settings/in-project.ts'
import { dropContent, keepContent, readContent } from '../content.ts'
import type { Content, Email, EmailChange } from '../email/email.ts'
import type { Job } from '../email/job.ts'
import { partsOfLane } from '../email/lane.ts'
import { allProjects } from '../email/project.ts'
import { isSettled } from '../email/states.ts'
import type { Claim } from '../ports/emails.ts'
import type { Postern } from '../ports/postern.ts'
import type { Stay } from '../ports/room.ts'
import { hourMs } from '../email/time.ts'
import { engineWaitMs, isOutOfPatience, patienceMs } from '../retry.ts'
import { pauseInWords, pauseOf } from '../settings/paused-lanes.ts'
import { consign } from './consign.ts'
import type { Disposition } from './disposition.ts'
import { holdBack, stopOf, whileStopped } from './groups.ts'
import { guarded, noteSent, whileGuarded } from './guarded.ts'
import type { Try } from './hand-off.ts'
import { leaseSeconds, underLease, type Claimed } from './lease.ts'
import { eventsOfAttempt, eventsOfRecord } from './kept-events.ts'
import { findRoute, type Route } from './route.ts'
import { asHeld, settlement } from './settlement.ts'
import { whilePaused } from './paused.ts'
import { ownSignals } from './own-signals.ts'
import { noStop, type Host, type Stop } from './stop.ts'
import type { Turn } from './turn.ts'

/**
 * Delivers one email: one attempt, or none when there is nothing to do or no engine to send it.
 *
 * A job is never acknowledged while its email may still be wanted unless the content is safe
 * elsewhere, and never while another worker holds the email. Whatever crashes where, the job comes
 * back and finds in the record how far it got.
 */
export async function deliver(
  postern: Postern,
  job: Job,
  host: Host = noStop,
): Promise<Disposition> {
  const turn: Turn = { postern, job, inForce: await postern.inForce.current(), ...host }
  const heldBack = whilePaused(turn) ?? (await holdBack(turn)) ?? (await whileGuarded(turn))
  if (heldBack) return heldBack
  const route = await findRoute(turn)
  if (route.kind === 'closed' && !isImpatient(turn)) return deferUntil(postern, route.until)
  await keepPace(turn, route)
  const stay = await postern.room.wait(holderOf(job), job.size ?? 0, host.stopping)
  if (host.stopping.aborted || !stay) return withoutRoom(host, stay)
  return attemptIn(turn, route).finally(() => stay.leave())
}

/** Each stream has room of its own for large contents. */
function holderOf({ lane }: Job): string {
  return `sending ${partsOfLane(lane).stream}`
}

/** So many seconds an email waits that is too large for what memory there is. */
const roomWait = 5

function withoutRoom({ stopping }: Stop, stay: Stay | undefined): Disposition {
  stay?.leave()
  return { kind: 'defer', seconds: stopping.aborted ? 0 : roomWait }
}

/** One attempt, in the room that was taken for the content. */
async function attemptIn(turn: Turn, route: Route): Promise<Disposition> {
  const { postern, job } = turn
  const claim = await postern.emails.claim(job.id, postern.clock.now(), leaseSeconds)
  if (claim.kind !== 'claimed') return withoutClaim(turn, claim)
  const change = claim.takenOver
    ? ofLostAttempt(turn, claim.email)
    : await underLease(turn, claim, async (ending) =>
        attempt({ ...turn, ending }, route, claim.email, await contentOf(turn, claim)),
      )
  turn.answered?.()
  return settle(turn, claim, change)
}

function isImpatient({ postern: { clock }, job, inForce: { settings } }: Turn): boolean {
  return isOutOfPatience(job, clock.now(), settings.delivery.giveUpAfterHours)
}

/** Waits until the rate lets this email leave. Captures leave at any rate: they go nowhere. */
async function keepPace(turn: Turn, route: Route) {
  const { postern, job, inForce, stopping } = turn
  if (job.capture) return
  const { delivery, streams } = inForce.settings
  const perSecond = delivery.ratePerSecond ?? (await rateOf(turn, route))
  const of = { lane: job.lane, weights: streams.share }
  await postern.pace.take(job.recipients, perSecond, stopping, of)
}

/** What the remote of the first engine allows. An engine that is broken says so when it sends. */
async function rateOf(turn: Turn, route: Route): Promise<number | null> {
  if (route.kind === 'closed') return null
  const { postern, inForce, stopping } = turn
  const { name } = route.engines[0]!
  return postern.fleet.use(name, inForce, (engine) => engine.rate(stopping)).catch(() => null)
}

/** Nothing to do for this job now: the email is settled, held by another worker, or not due. */
async function withoutClaim(turn: Turn, claim: Claim): Promise<Disposition> {
  const { postern } = turn
  if (claim.kind === 'leased') return deferUntil(postern, claim.until)
  if (claim.kind === 'notDue') return deferUntil(postern, claim.dueAt)
  if (claim.kind === 'notClaimable') await settleAgain(turn)
  return { kind: 'acknowledge' }
}

/** A crash may have come between settling and what follows it: events, the dead letter, signals. */
async function settleAgain(turn: Turn) {
  const { emails, events, queue, signals } = turn.postern
  const { job } = turn
  const email = await emails.get(job.id, allProjects)
  if (!email) return
  const untold = await eventsOfRecord(turn, email)
  await Promise.all(untold.map((event) => events.record(event)))
  if (hasGivenUp(email)) await queue.bury(job, email.lastReason ?? 'out of time')
  const own = ownSignals(email)
  if (own.length > 0) await signals.put(own)
}

/**
 * The content, read under the claim: one that kills its worker is found taken over at the next
 * start, and after three deaths it is held. A store that only fails is no death: the claim is given
 * back, and the job comes again.
 */
async function contentOf({ postern, job }: Turn, claim: Claimed): Promise<Content | undefined> {
  const content = job.content ?? claim.content
  if (content) return content
  try {
    return await readContent(postern, job.id)
  } catch (error) {
    const { nextAttemptAt } = claim.email
    const before = { state: 'queued', nextAttemptAt } as const
    // Where that fails too, the lease ends by itself and counts as a death: the safe side.
    await postern.emails.settle(job.id, claim.claim, before).catch(() => false)
    throw error
  }
}

/** What the one attempt of this claim came to. */
async function attempt(
  turn: Turn,
  route: Route,
  email: Email,
  content: Content | undefined,
): Promise<EmailChange> {
  const { postern } = turn
  const now = postern.clock.now()
  const stop = email.group && (await stopOf(postern, email.group))
  if (stop) return whileStopped(email, stop, now)
  const pause = pauseOf(turn.inForce.settings, turn.job.lane)
  if (pause) return asHeld(email, now, `${pauseInWords(pause)}, for ${patienceMs / hourMs} hours`)
  const guard = guarded(turn, email, now)
  if (guard) return guard
  if (route.kind === 'closed') return asHeld(email, now, route.reason)
  if (!content) return asHeld(email, now, 'the content is missing')
  return conclude(turn, email, await consign(turn, route.engines, email, content))
}

/**
 * The worker that held the lease before may have sent it: that cannot be known. It is written down
 * before anything is sent again, or a second crash would leave a copy that no record explains;
 * then the email is due at once, unless it has killed a worker before.
 */
function ofLostAttempt(turn: Turn, email: Email): EmailChange {
  const at = turn.postern.clock.now()
  const waiting = email.recipients.filter(({ state }) => state === 'queued')
  const lost: Try = {
    engine: 'unknown',
    at,
    recipients: waiting.map(({ address }) => address),
    outcome: { kind: 'ambiguous', reason: 'the worker that was sending it died' },
  }
  const change = conclude(turn, email, [lost])
  const isFirst = change.recipients?.every(({ doubts = 0 }) => doubts < 2)
  return change.state === 'queued' && isFirst ? { ...change, nextAttemptAt: at } : change
}

function conclude({ postern, inForce }: Turn, email: Email, tries: readonly Try[]): EmailChange {
  const { clock, random } = postern
  const { giveUpAfterHours } = inForce.settings.delivery
  return settlement(email, tries, { now: clock.now(), giveUpAfterHours, random: random() })
}

/** Writes down what it came to, the content first where it may be needed again. */
async function settle(
  turn: Turn,
  { claim, email }: Claimed,
  change: EmailChange,
): Promise<Disposition> {
  const { postern, job, inForce } = turn
  const { emails, queue, clock } = postern
  const state = change.state ?? email.state
  const { keepContentDays } = settingsIn(inForce.settings, email.project)
  const isWanted = state === 'held' || state === 'failed' || keepContentDays > 0
  if (job.content && state !== 'queued' && isWanted) await keepContent(postern, job.id, job.content)
  const isOver = state !== 'queued' && !hasGivenUp({ ...email, ...change })
  const own = ownSignals({ ...email, ...change }, email.timeline)
  const isDone = isOver && own.length === 0
  const events = await eventsOfAttempt(turn, email, change)
  const settled = await emails.settle(job.id, claim, change, {
    ...(isDone && { done: job }),
    events,
  })
  // The lease ran out under us: its new holder has the last word, and this job sees it later.
  if (!settled) return deferUntil(postern, clock.now() + leaseSeconds * 1_000)
  noteSent(turn, email, change)
  if (own.length > 0) await postern.signals.put(own)
  if (state === 'queued')
    return deferUntil(postern, change.nextAttemptAt ?? nextLook(postern, email))
  if (!isOver) await queue.bury(job, change.lastReason ?? 'out of time')
  // What travels in the job was never put there, and asking for it would cost a call per email.
  if (isSettled(state) && !isWanted && !job.content) await dropContent(postern, job.id)
  return { kind: 'acknowledge' }
}

/** When an email that waits for its engine looks again. */
function nextLook({ clock }: Postern, { since }: Pick<Email, 'since'>): number {
  return clock.now() + engineWaitMs(clock.now() - since)
}

function hasGivenUp({ state, timeline }: Email): boolean {
  return state === 'failed' && timeline.at(-1)?.what === 'gaveUp'
}

function deferUntil({ clock }: Postern, time: number): Disposition {
  return { kind: 'defer', seconds: Math.max(0, Math.ceil((time - clock.now()) / 1_000)) }
}
