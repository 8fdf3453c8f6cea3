import { webhookStanding } from '../email/webhook.ts'
import { newId } from '../email/id.ts'
import { traceparentHeader } from '../email/traceparent.ts'
import type { Clock } from '../ports/clock.ts'
import type { Notice, Notices, NoticeTry } from '../ports/notices.ts'
import type { EngineStanding, Standing } from '../ports/standing.ts'
import type { Posted, Web } from '../ports/web.ts'
import type { Webhook, Webhooks } from '../ports/webhooks.ts'
import { noticeDelayMs, webhookPatienceMs, webhookPauseMs } from '../retry.ts'
import { posted } from './body.ts'
import { changed, switched } from './change.ts'
import { retryAfterSeconds } from './retry-after.ts'
import { headersFor } from './sign.ts'

export interface Notifying {
  readonly webhooks: Webhooks
  readonly notices: Notices
  readonly standing: Standing
  readonly web: Pick<Web, 'post'>
  readonly clock: Clock
  /** From 0 to below 1: what jitter is made from. */
  readonly random: () => number
}

/** What became of notices: dealt with, or to come again, each at its time. */
export type Notified =
  | { readonly kind: 'done' }
  /** After an attempt. */
  | { readonly kind: 'again'; readonly at: number }
  /** Without one: their endpoint is left alone until then. */
  | { readonly kind: 'paused'; readonly until: number }
  /** Without a whole one, as the process stops: they wait as they did, and no attempt is counted. */
  | { readonly kind: 'interrupted' }

/**
 * Tells an endpoint of what is due: one attempt, or none while it is paused or disabled.
 *
 * @param some of one endpoint: one, or in SendGrid's format several
 * @param stop ends an attempt that hangs: the same may be told twice
 */
export async function notify(
  notifying: Notifying,
  webhook: Webhook,
  some: readonly Notice[],
  stop?: AbortSignal,
): Promise<Notified> {
  const { standing, clock } = notifying
  if (webhook.status === 'disabled') return keep(notifying, some)
  const before = await standing.read(webhookStanding(webhook.id))
  const pausedUntil = await closedUntil(notifying, webhook, before)
  if (pausedUntil !== undefined) return { kind: 'paused', until: pausedUntil }
  const at = clock.now()
  const answer = await post(notifying, webhook, { some, at, signal: stop })
  if (answer.kind === 'failed' && stop?.aborted) return { kind: 'interrupted' }
  const attempt: Attempt = { webhook, some, answer, at, before }
  return isTaken(answer) ? succeed(notifying, attempt) : fail(notifying, attempt)
}

/** Longest that an endpoint may take, in milliseconds. */
export const attemptMs = 15_000

interface Attempt {
  readonly webhook: Webhook
  readonly some: readonly Notice[]
  readonly answer: Posted
  readonly at: number
  /** How the endpoint stood when it began. */
  readonly before: EngineStanding
}

/** Until when an endpoint is left alone; when its pause is over, one attempt is let through. */
async function closedUntil(
  { standing, clock }: Notifying,
  { id }: Webhook,
  { pausedUntil }: EngineStanding,
): Promise<number | undefined> {
  if (pausedUntil === undefined) return undefined
  const now = clock.now()
  if (now < pausedUntil) return pausedUntil
  const probeUntil = now + attemptMs + 5_000
  const isOurs = await standing.takeProbe(webhookStanding(id), now, probeUntil)
  return isOurs ? undefined : probeUntil
}

interface Telling extends Pick<Attempt, 'some' | 'at'> {
  readonly signal: AbortSignal | undefined
}

function post({ web }: Notifying, webhook: Webhook, { some, at, signal }: Telling) {
  const body = posted(
    webhook.format,
    some.map((notice) => notice.body),
  )
  const [first] = some
  const { id, traceparent } = first!
  const proven = headersFor(webhook, { id, at, body })
  const isTraced = some.length === 1 && traceparent !== undefined
  const headers = isTraced ? { ...proven, [traceparentHeader]: traceparent } : proven
  return web.post(webhook.url, { headers, body, mostMs: attemptMs, signal })
}

function isTaken(answer: Posted): boolean {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status <= 299
}

async function succeed(notifying: Notifying, attempt: Attempt): Promise<Notified> {
  const { webhook, before } = attempt
  if (before.reason !== undefined) await notifying.standing.resume(webhookStanding(webhook.id))
  await settle(notifying, attempt, () => ({ state: 'delivered' }))
  return { kind: 'done' }
}

/** Gone (RFC 9110 section 15.5.11): the endpoint wants nothing more. */
const gone = 410

async function fail(notifying: Notifying, attempt: Attempt): Promise<Notified> {
  const { random } = notifying
  const { answer, some, at } = attempt
  const asked = retryAfterSeconds(answer, at)
  const why = await reasonToDisable(notifying, attempt, asked)
  if (why !== undefined && (await disable(notifying, attempt.webhook, why))) {
    await settle(notifying, attempt, () => ({ state: 'kept' }))
    return { kind: 'done' }
  }
  const attempts = Math.max(...some.map((notice) => notice.attempts)) + 1
  const delay = noticeDelayMs(attempts, random(), asked)
  const dueAt = delay === undefined ? undefined : at + delay
  await settle(notifying, attempt, () =>
    dueAt === undefined ? { state: 'failed' } : { state: 'waiting', dueAt },
  )
  return dueAt === undefined ? { kind: 'done' } : { kind: 'again', at: dueAt }
}

/** Notes that the endpoint failed; why it should rather be disabled, if so. */
async function reasonToDisable(
  notifying: Notifying,
  attempt: Attempt,
  asked: number,
): Promise<string | undefined> {
  const { answer, before } = attempt
  if (answer.kind === 'answered' && answer.status === gone) return 'it answered 410: it is gone'
  const now = notifying.clock.now()
  const { since = now } = before
  if (now - since >= webhookPatienceMs) return `it failed for five days: ${inWords(answer)}`
  await noteFailure(notifying, attempt, asked)
  return undefined
}

/** Once is chance, unless it asks to be left alone: it is paused when the next one fails as well. */
async function noteFailure(
  { standing, clock }: Notifying,
  { webhook: { id }, answer, before: { pauses, reason: earlier } }: Attempt,
  asked: number,
) {
  const [at, reason, name] = [clock.now(), inWords(answer), webhookStanding(id)]
  const trouble = { since: at, reason, ofEngine: false }
  // Another attempt that was under way may have failed meanwhile.
  if (earlier === undefined && asked === 0 && (await standing.degrade(name, trouble))) return
  await standing.pause(name, pauses, { at, until: at + webhookPauseMs(pauses, asked), reason })
}

/** Says whether it did: a change that came between has the last word, and it is tried once more. */
async function disable({ webhooks, standing, clock }: Notifying, webhook: Webhook, why: string) {
  const isOurs = await webhooks.replace(changed(webhook, switched('disabled', clock.now(), why)))
  if (isOurs) await standing.resume(webhookStanding(webhook.id))
  return isOurs
}

async function keep({ notices }: Notifying, some: readonly Notice[]): Promise<Notified> {
  await Promise.all(
    some.map((notice) =>
      notices.settle(notice, { state: 'kept', attempts: notice.attempts, tries: notice.tries }),
    ),
  )
  return { kind: 'done' }
}

/** So many tries of a notice are kept. */
const mostTries = 20

async function settle(
  { notices, clock }: Notifying,
  { some, answer, at }: Attempt,
  after: () => Pick<Notice, 'state' | 'dueAt'>,
) {
  const made: NoticeTry = {
    id: newId(at),
    at,
    ms: clock.now() - at,
    ...(answer.kind === 'answered' && { status: answer.status }),
    text: answer.kind === 'answered' ? answer.text : answer.reason,
  }
  await Promise.all(
    some.map((notice) => {
      const tries = [...notice.tries, made].slice(-mostTries)
      return notices.settle(notice, { ...after(), attempts: notice.attempts + 1, tries })
    }),
  )
}

function inWords(answer: Posted): string {
  return answer.kind === 'answered' ? `it answered ${answer.status}` : answer.reason
}
