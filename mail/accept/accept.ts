import { spell } from '../configure/in-force.ts'
import { comparisonKey, domainOf } from '../email/address.ts'
import type { Email, Recipient } from '../email/email.ts'
import type { EngineName } from '../email/engine-name.ts'
import { newId } from '../email/id.ts'
import type { Caller } from '../keys/caller.ts'
import type { InForce } from '../ports/in-force.ts'
import type { Arrival } from '../ports/intake.ts'
import type { Postern } from '../ports/postern.ts'
import { contentBytes, type EmailRequest } from '../request/email-request.ts'
import type { NotNow, Refused } from '../request/refused.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'
import { gather, hasRemote } from './gather.ts'
import { beganBefore, type KeyedRequest, once } from './once.ts'

export interface AcceptOptions {
  readonly idempotency?: KeyedRequest
  /** The engine a person chose; the settings' own otherwise. */
  readonly engine?: EngineName
}

/** What became of a request. `accepted` means: durable. */
export type Acceptance =
  { readonly kind: 'accepted'; readonly id: string; readonly replayed: boolean } | Refused | NotNow

/**
 * Says yes to an email: once this resolves with `accepted`, it is never lost.
 *
 * Order is everything: the idempotency entry, then the record and the content that the queue cannot
 * hold, then the job. A crash between any two leaves either nothing that a caller was promised,
 * or an entry whose replay completes the rest under the same id.
 */
export async function accept(
  postern: Postern,
  request: EmailRequest,
  caller: Caller,
  options: AcceptOptions = {},
): Promise<Acceptance> {
  const inForce = await postern.inForce.current()
  const refusal = unavailability(inForce) ?? refuse(request, caller, inForce)
  if (refusal) return replayOr(refusal, postern, caller, options)
  if (hasRemote(request)) return acceptGathered(postern, request, caller, options)
  const now = postern.clock.now()
  const id = newId(now)
  const store = (as: string) =>
    postern.intake.put([arrivalOf(request, caller, inForce, now, as, options.engine)])
  if (!options.idempotency) {
    await store(id)
    return { kind: 'accepted', id, replayed: false }
  }
  const end = await once<never>(
    postern,
    caller.owner,
    options.idempotency,
    { id },
    async (entry, isNew) => {
      if (isNew || !isUnderWay(await postern.emails.get(entry.id))) await store(entry.id)
      return undefined
    },
  )
  if (end.kind !== 'done') return end
  return { kind: 'accepted', id: end.entry.id, replayed: end.replayed }
}

/** What lies elsewhere is only fetched for an email that is new. */
async function acceptGathered(
  postern: Postern,
  request: EmailRequest,
  caller: Caller,
  options: AcceptOptions,
): Promise<Acceptance> {
  const { idempotency } = options
  const id = idempotency && (await earlierAnswer(postern, caller, idempotency))
  if (id) return { kind: 'accepted', id, replayed: true }
  const gathered = await gather(postern, request, caller)
  if ('faults' in gathered) return { kind: 'invalid', faults: gathered.faults }
  return accept(postern, gathered.request, caller, options)
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

/** Why no email at all is taken now, if so. */
export function unavailability({ settings, faults }: InForce): NotNow | undefined {
  if (!enginesOf(settings).includes('disabled')) return undefined
  const reason =
    faults.length > 0
      ? `the settings are broken and none were good before: ${spell(faults)}`
      : 'mail is switched off: the engine is "disabled"'
  return { kind: 'unavailable', reason }
}

/** What is wrong with this email from this caller, if anything. */
export function refuse(
  request: EmailRequest,
  caller: Caller,
  { settings }: InForce,
): Refused | undefined {
  const from = request.from.address ?? settings.from.address
  if (!from) {
    const rule = 'is required: no default sender address is set (settings: from.address)'
    return { kind: 'invalid', faults: [{ field: 'from', rule, kind: 'missing' }] }
  }
  if (caller.domain && domainOf(from) !== caller.domain)
    return { kind: 'forbidden', reason: `this key may only send from ${caller.domain}` }
  // Under this policy the caller's own From is never shown.
  const shown = domainOf(settings.fromPolicy === 'default' ? settings.from.address! : from)
  if (settings.senderDomains && !settings.senderDomains.includes(shown))
    return {
      kind: 'forbidden',
      reason: `the ${shown} domain is not verified: it is none of the sender domains (settings: senderDomains)`,
    }
  return undefined
}

/** The id that this request was accepted under before, if it was. */
async function earlierAnswer(
  postern: Postern,
  { owner }: Caller,
  request: KeyedRequest,
): Promise<string | undefined> {
  const earlier = await beganBefore(postern, owner, request)
  return earlier?.finished ? earlier.id : undefined
}

/** Whether anything happened since the record was written: then its job was there. */
export function isUnderWay(email: Email | undefined): boolean {
  return email !== undefined && email.revision > 1
}

/** What accepting this email writes. */
export function arrivalOf(
  request: EmailRequest,
  caller: Caller,
  { settings }: InForce,
  now: number,
  id: string,
  engine?: EngineName,
): Arrival {
  if (hasRemote(request)) throw new Error('an attachment was not brought: it would be lost')
  const email = recordOf(id, request, caller, settings, now)
  return {
    email: engine ? { ...email, engine, capture: false } : email,
    content: request.content,
  }
}

function recordOf(
  id: string,
  request: EmailRequest,
  caller: Caller,
  settings: Settings,
  now: number,
): Email {
  const { content, scheduledAt, onAmbiguous = settings.delivery.onAmbiguous, ...rest } = request
  const { messageId, notes = [], ...headers } = rest
  const dueAt = scheduledAt ?? now
  const domain = domainOf(request.from.address ?? settings.from.address!)
  const reason = notes.join('; ')
  return {
    ...headers,
    id,
    owner: caller.owner,
    createdAt: now,
    messageId: messageId ?? `<${id}@${domain}>`,
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
    timeline: [{ at: now, what: 'accepted', ...(reason && { reason }) }],
  }
}

/** The envelope: every mailbox of To, Cc and Bcc once, in the spelling that comes first. */
function recipientsOf({ to, cc, bcc }: EmailRequest): Recipient[] {
  const addresses = new Map<string, string>()
  for (const { address } of [...to, ...cc, ...bcc]) {
    const key = comparisonKey(address)
    if (!addresses.has(key)) addresses.set(key, address)
  }
  return [...addresses.values()].map((address) => ({ address, state: 'queued' }))
}
