import type { Email } from './email/email.ts'
import type { EngineStanding } from './ports/standing.ts'
import { hourMs } from './email/time.ts'

/** The whole retry policy. Engines make one try; when the next one comes is decided here alone. */
const firstDelayMs = 30_000
const longestDelayMs = hourMs

/** Longest that one attempt lasts: a server may answer each step in time and never come to an end. */
export const attemptMs = hourMs

/** So many times an email in doubt is sent again to one recipient; then a person decides. */
export const mostRepeats = 2

/** The pause of a blocked engine: long enough not to hammer it, short enough to notice a repair. */
const firstPauseMs = 30_000
const longestPauseMs = 900_000

/**
 * Whatever waits longer than this for something other than its own schedule waits for a person: an
 * email is held, a message that cannot be dealt with is a dead letter. A queue keeps nothing for
 * ever (SQS: 10 days here), so it is well below that. In milliseconds.
 */
export const patienceMs = 72 * hourMs

/** How often an email looks again that waits for its engine: after a tenth of the time it has waited. */
const engineWait = { share: 10, least: 30_000, most: 900_000 }

/**
 * How often a job looks again while mail is off, in milliseconds: mail may be off for days, and SQS
 * shows a message 500 times.
 */
export const switchedOffMs = 900_000

/** Of what has waited long, so much passes before it looks again at a pause: at most 460 looks in 72 h. */
const pauseShare = 50

/** After an exception a job waits as long as it has waited already, within these bounds. */
const troubleMs = { least: 10_000, most: hourMs }

/** A server that asks for more patience than this is asked again all the same. */
const longestRetryAfterMs = 6 * hourMs

/**
 * Milliseconds until the next attempt: 30 s, doubling up to an hour, times 0.5 to 1 so that emails
 * deferred together do not come back together; never sooner than the server asked for.
 *
 * @param attempts how many have counted so far, from 1
 * @param random 0 to 1
 */
export function retryDelayMs(attempts: number, random: number, retryAfterSeconds = 0): number {
  const doubled = Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs)
  const asked = Math.min(retryAfterSeconds * 1_000, longestRetryAfterMs)
  return Math.ceil(Math.max(doubled * (0.5 + random / 2), asked))
}

/** Milliseconds that an engine is left alone after being blocked `pauses` times in a row. */
export function pauseMs(pauses: number): number {
  return Math.min(firstPauseMs * 2 ** pauses, longestPauseMs)
}

/**
 * Since when an engine has taken nothing; undefined when it is well. Of a pause that an earlier
 * version wrote down, at the latest: the pauses in a row came one after the other.
 */
export function blockedSince(standing: EngineStanding): number | undefined {
  const { pauses, pausedUntil, since } = standing
  if (since !== undefined || pausedUntil === undefined) return since
  const lengths = Array.from({ length: pauses }, (_, n) => pauseMs(n))
  return pausedUntil - lengths.reduce((sum, ms) => sum + ms, 0)
}

/**
 * Milliseconds until an email that waits for its engine looks again, however long the engine is
 * paused: where the queue cannot wake it, a corrected engine must not wait for it much longer than
 * it has waited itself. At most 330 looks in 72 hours, as SQS shows a message 500 times.
 *
 * @param waitedMs how long it has waited already
 */
export function engineWaitMs(waitedMs: number): number {
  const { share, least, most } = engineWait
  return Math.min(Math.max(waitedMs / share, least), most)
}

/**
 * Milliseconds until an email of a paused lane looks again, where the queue cannot wake it: what was
 * resumed must not wait for it much longer than it was paused.
 *
 * @param pausedMs since when its lane is paused
 * @param waitedMs how long it has waited itself
 */
export function pauseWaitMs(pausedMs: number, waitedMs: number): number {
  return Math.max(engineWaitMs(pausedMs), Math.min(waitedMs / pauseShare, engineWait.most))
}

/**
 * Milliseconds until a job that ended in an exception is tried again.
 *
 * @param waitedMs how long it has waited already, from when it was put
 */
export function troubleDelayMs(waitedMs: number): number {
  return Math.min(Math.max(waitedMs, troubleMs.least), troubleMs.most)
}

/** Whether an email that keeps being deferred is out of time. */
export function isOutOfTime({ since }: Age, now: number, giveUpAfterHours: number): boolean {
  return now - since >= giveUpAfterHours * hourMs
}

/** Whether an email that waits for a blocked engine has waited long enough for a person to look. */
export function isOutOfPatience({ since }: Age, now: number, giveUpAfterHours: number): boolean {
  return now - since >= Math.min(giveUpAfterHours * hourMs, patienceMs)
}

type Age = Pick<Email, 'since'>

/**
 * Milliseconds after each failed attempt until an endpoint is told again: as Svix does
 * (docs.svix.com/retries), 27.6 hours in all.
 */
const noticeStepsMs = [5_000, 300_000, 1_800_000, 2 * hourMs, 5 * hourMs, 10 * hourMs, 10 * hourMs]

/** An endpoint that has failed for so long and still fails is disabled. In milliseconds. */
export const webhookPatienceMs = 120 * hourMs

/** The pause of an endpoint that fails: growing, then one notice is tried. In milliseconds. */
const webhookPause = { first: 5_000, longest: 900_000 }

/**
 * Milliseconds until a notice is tried again, never sooner than the endpoint asked for; undefined
 * when that was the last attempt.
 *
 * @param attempts how many were made, from 1
 * @param random 0 to 1: the step is 0.8 to 1.2 times as long
 */
export function noticeDelayMs(
  attempts: number,
  random: number,
  retryAfterSeconds = 0,
): number | undefined {
  const step = noticeStepsMs[attempts - 1]
  const asked = Math.min(retryAfterSeconds * 1_000, longestRetryAfterMs)
  return step && Math.ceil(Math.max(step * (0.8 + random * 0.4), asked))
}

/** Milliseconds that an endpoint is left alone that failed `pauses` times in a row before. */
export function webhookPauseMs(pauses: number, retryAfterSeconds = 0): number {
  const { first, longest } = webhookPause
  const asked = Math.min(retryAfterSeconds * 1_000, longestRetryAfterMs)
  return Math.max(Math.min(first * 2 ** pauses, longest), asked)
}

/** How long a notice whose endpoint is busy or paused waits, where the queue cannot wake it. */
const noticeWait = { least: 1_000, whileBusy: 900_000, whilePaused: 3 * hourMs }

/**
 * Milliseconds until a notice looks again whose endpoint is busy with others: as long as it has waited,
 * so that each of a long backlog is looked at a few times only; times 0.5 to 1.
 */
export function noticeTurnMs(waitedMs: number, random: number): number {
  const { least, whileBusy } = noticeWait
  return Math.ceil(Math.min(Math.max(waitedMs, least), whileBusy) * (0.5 + random / 2))
}

/**
 * Milliseconds until a notice looks again whose endpoint is paused: not before the pause is over, and
 * after half of what it has waited, so that a backlog of days is looked at some fifty times.
 *
 * @param pausedMs for how much longer
 */
export function noticePauseMs(pausedMs: number, waitedMs: number, random: number): number {
  const { least, whilePaused } = noticeWait
  return Math.ceil(
    Math.max(pausedMs, least, Math.min(waitedMs / 2, whilePaused)) * (1 + random / 10),
  )
}

/**
 * A notice that has been on a queue for so long has failed, however few attempts were made: SQS keeps
 * it for 10 days here. In milliseconds.
 */
export const noticePatienceMs = 192 * hourMs
