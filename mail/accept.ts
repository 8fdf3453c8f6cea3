import { domainOf } from './address.ts'
import { contentBytes, type EmailRequest, type Fault } from './email-request.ts'
import type { Content, Email, Recipient } from './email.ts'
import { newId } from './id.ts'
import { contentKey, laneOf } from './job.ts'
import type { ApiKey, IdempotencyEntry, Job } from './ports.ts'
import type { Postern } from './postern.ts'
import { enginesOf, type EngineName, type Settings } from './settings.ts'
import { spell, type InForce } from './settings-in-force.ts'

/** Who asks. */
export interface Caller {
  /** The key's id; `local` where no key is needed. */
  readonly owner: string
  readonly domain?: ApiKey['domain']
  readonly capture: boolean
}

export interface AcceptOptions {
  /** The caller's Idempotency-Key with the SHA-256 of what was asked. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: string }
  /** The engine a person chose; the settings' own otherwise. */
  readonly engine?: EngineName
}

/** What became of a request. `accepted` means: durable. */
export type Acceptance =
  | { readonly kind: 'accepted'; readonly id: string; readonly replayed: boolean }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }
  /** The key of this caller may not send from this domain. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** Mail is switched off, or the settings are broken. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** The Idempotency-Key belongs to another request. */
  | { readonly kind: 'conflict' }
  /** The same request is being worked on right now. */
  | { readonly kind: 'running' }

/** An Idempotency-Key is remembered for 24 hours, as Resend does. */
const idempotencyHours = 24

/** A request that has been running longer than this has died; the next one continues it. */
const longestRequestMs = 60_000

/**
 * Says yes to an email: once this resolves with `accepted`, it is never lost.
 *
 * Order is everything: the idempotency entry, then the record and the content that the queue cannot
 * hold, then the job. A crash between any two leaves either nothing that anybody was told of,
 * or an entry whose replay completes the rest under the same id.
 */
export async function accept(
  postern: Postern,
  request: EmailRequest,
  caller: Caller,
  options: AcceptOptions = {},
): Promise<Acceptance> {
  const inForce = await postern.inForce.current()
  const refusal = refuse(request, caller, inForce)
  if (refusal) return replayOr(refusal, postern, caller, options)
  if (!options.idempotency) return store(postern, request, caller, inForce, options)
  return acceptOnce(postern, request, caller, inForce, options)
}

/** What was accepted once stays accepted, though it would be refused now. */
async function replayOr(
  refusal: Acceptance,
  postern: Postern,
  caller: Caller,
  { idempotency }: AcceptOptions,
): Promise<Acceptance> {
  const id = idempotency && (await earlierAnswer(postern, caller, idempotency))
  return id ? { kind: 'accepted', id, replayed: true } : refusal
}

function refuse(request: EmailRequest, caller: Caller, inForce: InForce): Acceptance | undefined {
  const { settings, faults } = inForce
  if (enginesOf(settings).includes('disabled'))
    return faults.length > 0
      ? unavailable(`the settings are broken and none were good before: ${spell(faults)}`)
      : unavailable('mail is switched off: the engine is "disabled"')
  const from = request.from.address ?? settings.from.address
  if (!from) {
    const rule = 'is required: no default sender address is set (settings: from.address)'
    return { kind: 'invalid', faults: [{ field: 'from', rule, kind: 'missing' }] }
  }
  if (caller.domain && domainOf(from) !== caller.domain)
    return { kind: 'forbidden', reason: `this key may only send from ${caller.domain}` }
  return undefined
}

function unavailable(reason: string): Acceptance {
  return { kind: 'unavailable', reason }
}

/**
 * The id that this request was accepted under before, if it was: for a replay that could not be
 * accepted now, such as one whose scheduled time has passed meanwhile.
 */
export async function earlierAnswer(
  { idempotency, clock }: Postern,
  { owner }: Caller,
  { key, bodyHash }: NonNullable<AcceptOptions['idempotency']>,
): Promise<string | undefined> {
  const now = clock.now()
  // Expired from the start: it only asks.
  const question = { owner, key, bodyHash, id: '', startedAt: 0, expiresAt: now, finished: false }
  const earlier = await idempotency.begin(question, now)
  return earlier?.finished && earlier.bodyHash === bodyHash ? earlier.id : undefined
}

async function acceptOnce(
  postern: Postern,
  request: EmailRequest,
  caller: Caller,
  inForce: InForce,
  options: AcceptOptions,
): Promise<Acceptance> {
  const { key, bodyHash } = options.idempotency!
  const now = postern.clock.now()
  const entry: IdempotencyEntry = {
    owner: caller.owner,
    key,
    bodyHash,
    id: newId(now),
    startedAt: now,
    expiresAt: now + idempotencyHours * 3_600_000,
    finished: false,
  }
  const earlier = await postern.idempotency.begin(entry, now)
  if (earlier && earlier.bodyHash !== bodyHash) return { kind: 'conflict' }
  if (earlier?.finished) return { kind: 'accepted', id: earlier.id, replayed: true }
  if (earlier && now - earlier.startedAt < longestRequestMs) return { kind: 'running' }
  try {
    const id = earlier?.id ?? entry.id
    if (!earlier || !(await isUnderWay(postern, id)))
      await store(postern, request, caller, inForce, options, id)
    await postern.idempotency.finish(caller.owner, key)
    return { kind: 'accepted', id, replayed: earlier !== undefined }
  } catch (error) {
    await postern.idempotency.release(caller.owner, key).catch(() => undefined)
    throw error
  }
}

/** Whether anything happened since the record was written: then its job was there. */
async function isUnderWay({ emails }: Postern, id: string): Promise<boolean> {
  const email = await emails.get(id)
  return email !== undefined && email.revision > 1
}

async function store(
  { blobs, emails, queue, clock }: Postern,
  request: EmailRequest,
  caller: Caller,
  { settings }: InForce,
  { engine }: AcceptOptions,
  id = newId(clock.now()),
): Promise<Acceptance & { kind: 'accepted' }> {
  const wanted = {
    ...recordOf(id, request, caller, settings, clock.now()),
    ...(engine && { engine, capture: false }),
  }
  const content = Buffer.from(JSON.stringify(request.content))
  const delayed = wanted.scheduled || content.byteLength > queue.limits.inlineBytes
  // Neither is of any use without the job, which comes last; so they need not wait for each other.
  const [, isNew] = await Promise.all([
    delayed && blobs.put(contentKey(id), content),
    emails.create(wanted),
  ])
  // The record of an earlier try counts: what it says of capturing may differ from the settings now.
  const email = (!isNew && (await emails.get(id))) || wanted
  await queue.put([jobOf(email, delayed ? undefined : request.content)])
  return { kind: 'accepted', id, replayed: false }
}

function recordOf(
  id: string,
  request: EmailRequest,
  caller: Caller,
  settings: Settings,
  now: number,
): Email {
  const { content, scheduledAt, onAmbiguous = settings.delivery.onAmbiguous, ...headers } = request
  const dueAt = scheduledAt ?? now
  const domain = domainOf(request.from.address ?? settings.from.address!)
  return {
    ...headers,
    id,
    owner: caller.owner,
    createdAt: now,
    messageId: `<${id}@${domain}>`,
    size: contentBytes(content),
    capture: caller.capture || enginesOf(settings).includes('noop'),
    onAmbiguous,
    state: scheduledAt === undefined ? 'queued' : 'scheduled',
    revision: 1,
    recipients: recipientsOf(request),
    dueAt,
    scheduled: scheduledAt !== undefined,
    since: dueAt,
    attempts: 0,
    timeline: [{ at: now, what: 'accepted' }],
  }
}

/** The envelope: every address of To, Cc and Bcc once, compared as written. */
function recipientsOf({ to, cc, bcc }: EmailRequest): Recipient[] {
  const addresses = new Set([...to, ...cc, ...bcc].map((mailbox) => mailbox.address))
  return [...addresses].map((address) => ({ address, state: 'queued' }))
}

export function jobOf(email: Email, content?: Content): Job {
  const { id, capture, since, engine, state, dueAt } = email
  const recipients = email.recipients.filter(({ state }) => state === 'queued').length
  const lane = laneOf(email)
  return {
    id,
    capture,
    since,
    recipients,
    lane,
    ...(engine && { engine }),
    ...(state === 'scheduled' && { dueAt }),
    ...(content && { content }),
  }
}
