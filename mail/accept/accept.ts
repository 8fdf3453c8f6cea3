import type { EngineName } from '../email/engine-name.ts'
import { newId } from '../email/id.ts'
import { allProjects } from '../email/project.ts'
import { holderOf, type Caller } from '../keys/caller.ts'
import type { InForce } from '../ports/in-force.ts'
import type { Postern } from '../ports/postern.ts'
import type { EmailRequest } from '../request/email-request.ts'
import type { Asked, NotNow, Refused } from '../request/refused.ts'
import { arrivalOf } from './arrival.ts'
import { gather, hasRemote, withAllowance, type Allowance } from './gather.ts'
import { judge, type Judgement } from './judge.ts'
import { asFirstAsked, beganBefore, isUnderWay, once, type KeyedRequest } from './once.ts'

export interface AcceptOptions {
  readonly idempotency?: KeyedRequest
  /** The engine a person chose; the settings' own otherwise. */
  readonly engine?: EngineName
}

/** What became of a request. `accepted` means: durable. */
export type Acceptance =
  { readonly kind: 'accepted'; readonly id: string; readonly replayed: boolean } | Refused | NotNow

/** Reads what a caller asks for as of a time, in milliseconds since the epoch. */
export type Read<Thing = Asked> = (now: number) => Thing

/**
 * Says yes to an email: once this resolves with `accepted`, it is never lost.
 *
 * Order is everything: the idempotency entry, then the record and the content that the queue cannot
 * hold, then the job. A crash between any two leaves either nothing that a caller was promised,
 * or an entry whose replay completes the rest under the same id.
 */
export async function accept(
  postern: Postern,
  read: Read,
  caller: Caller,
  options: AcceptOptions = {},
): Promise<Acceptance> {
  return withAllowance((allowance) =>
    acceptWithin(postern, read, caller, { ...options, allowance }),
  )
}

async function acceptWithin(
  postern: Postern,
  read: Read,
  caller: Caller,
  { idempotency, engine, allowance }: AcceptOptions & { allowance: Allowance },
): Promise<Acceptance> {
  const inForce = await postern.inForce.current()
  const asked = { caller, inForce, idempotency, engine, allowance }
  const judged = await judgeInFull(postern, read, asked)
  if (judged.kind !== 'fit') return judged
  const { request } = judged
  const now = postern.clock.now()
  const id = newId(now)
  const store = (as: string) =>
    postern.intake.put([arrivalOf({ id: as, request, caller, engine }, inForce, now)])
  if (!idempotency) {
    await store(id)
    return { kind: 'accepted', id, replayed: false }
  }
  const begin = { owner: holderOf(caller), request: idempotency, id }
  const end = await once<never>(postern, begin, async (entry, isNew) => {
    if (isNew || !isUnderWay(await postern.emails.get(entry.id, allProjects))) await store(entry.id)
    return undefined
  })
  if (end.kind !== 'done') return end
  return { kind: 'accepted', id: end.entry.id, replayed: end.replayed }
}

interface Circumstances {
  readonly caller: Caller
  readonly inForce: InForce
  readonly idempotency?: KeyedRequest
  readonly engine?: EngineName
  readonly allowance: Allowance
}

/**
 * Judges what is asked for, its attachments brought. What was accepted once stays accepted though
 * it would be refused now, and remote attachments are fetched for new emails only; so both ask what
 * began under the same key before.
 */
async function judgeInFull(
  postern: Postern,
  read: Read,
  { caller, inForce, idempotency, engine, allowance }: Circumstances,
): Promise<Judgement | Acceptance> {
  let judged = judge(read(postern.clock.now()), caller, inForce, engine)
  if (judged.kind === 'fit' && !hasRemote(judged.request)) return judged
  const earlier = idempotency && (await beganBefore(postern, holderOf(caller), idempotency))
  if (earlier?.finished) return { kind: 'accepted', id: earlier.id, replayed: true }
  if (earlier && judged.kind !== 'fit')
    judged = judge(asFirstAsked(earlier, read), caller, inForce, engine)
  return judged.kind === 'fit' ? bring(postern, judged.request, caller, allowance) : judged
}

async function bring(
  postern: Postern,
  request: EmailRequest,
  caller: Caller,
  allowance: Allowance,
): Promise<Judgement> {
  const gathered = await gather(postern, request, caller, allowance)
  if ('faults' in gathered) return { kind: 'invalid', faults: gathered.faults }
  return { kind: 'fit', request: gathered.request }
}
