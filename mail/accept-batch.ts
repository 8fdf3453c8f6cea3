import {
  arrivalOf,
  isUnderWay,
  refuse,
  unavailability,
  type Caller,
  type NotNow,
  type Refused,
} from './accept.ts'
import { mostContentBytes, type EmailRequest, type Fault } from './email-request.ts'
import { gather, hasRemote } from './gather.ts'
import { batchId, memberId } from './id.ts'
import { beganBefore, begunAt, once, type KeyedRequest } from './once.ts'
import type { IdempotencyEntry } from './ports.ts'
import type { Postern } from './postern.ts'
import type { InForce } from './settings-in-force.ts'

/** One email that a batch asks for, or what is wrong with it. */
export type Asked = { readonly request: EmailRequest } | { readonly faults: readonly Fault[] }

/** A member of a batch that was not accepted. */
export interface RefusedMember {
  /** Counted from 0, as the caller listed them. */
  readonly index: number
  readonly why: Refused
}

export interface BatchOptions {
  readonly idempotency?: KeyedRequest
  /** Take the good ones and refuse the others; otherwise one that is refused refuses all. */
  readonly permissive?: boolean
}

/** What became of a batch. `accepted` means: all that have an id are durable. */
export type BatchAcceptance =
  | {
      readonly kind: 'accepted'
      /** Of the accepted ones, in their order; the first email asked for would have `batch` itself. */
      readonly ids: readonly string[]
      readonly batch: string
      readonly refused: readonly RefusedMember[]
      readonly replayed: boolean
    }
  | { readonly kind: 'refused'; readonly refused: readonly RefusedMember[] }
  | NotNow

/**
 * Says yes to many emails at once: all of them or none, also across a crash. Records and contents
 * are written first; then one put of all the jobs is the point at which the batch is accepted.
 *
 * A batch is judged once. A replay that continues what a crash interrupted has the same members
 * accepted, under the same ids, as the first try had.
 *
 * @param read reads the members as of a time; always as many
 */
export async function acceptAll(
  postern: Postern,
  read: (now: number) => readonly Asked[],
  caller: Caller,
  { idempotency, permissive = false }: BatchOptions = {},
): Promise<BatchAcceptance> {
  const inForce = await postern.inForce.current()
  const now = postern.clock.now()
  const asked = await gatherAll(postern, read(now), caller, { inForce, idempotency, permissive })
  const refused = refusedOf(asked, caller, inForce)
  const no: BatchAcceptance | undefined =
    unavailability(inForce) ??
    (refused.length > 0 && !permissive ? { kind: 'refused', refused } : undefined)
  if (no && !(await goesOn(postern, caller, idempotency, no))) return no
  const batch = batchId(now)
  if (!idempotency) {
    await putAll(postern, membersOf(asked, { id: batch, refused }), caller, inForce)
    return answer({ id: batch, refused }, asked.length, false)
  }
  const begin = { id: batch, refused }
  const end = await once(postern, caller.owner, idempotency, begin, async (entry, isNew) => {
    const again = () =>
      gatherAll(postern, read(begunAt(entry)), caller, { inForce, permissive: true })
    const members = membersOf(isNew ? asked : await again(), entry)
    if (isNew || !(await anyUnderWay(postern, members)))
      await putAll(postern, members, caller, inForce)
  })
  return end.kind === 'done' ? answer(end.entry, asked.length, end.replayed) : end
}

type Entry = Pick<IdempotencyEntry, 'id' | 'refused'>

interface Member {
  readonly id: string
  readonly request: EmailRequest
}

function refusedOf(asked: readonly Asked[], caller: Caller, inForce: InForce): RefusedMember[] {
  return asked.flatMap((one, index) => {
    const why = 'faults' in one ? invalid(one.faults) : refuse(one.request, caller, inForce)
    return why ? [{ index, why }] : []
  })
}

/**
 * Brings the attachments that lie elsewhere, for what is not refused anyway; none when the answer
 * is known already. They share what one email may have, so that a batch fits into memory.
 */
async function gatherAll(
  postern: Postern,
  asked: readonly Asked[],
  caller: Caller,
  { inForce, idempotency, permissive }: BatchOptions & { inForce: InForce },
): Promise<readonly Asked[]> {
  if (!asked.some((one) => 'request' in one && hasRemote(one.request))) return asked
  if (!permissive && refusedOf(asked, caller, inForce).length > 0) return asked
  const earlier = idempotency && (await beganBefore(postern, caller.owner, idempotency))
  if (earlier?.finished) return asked
  const allowance = { bytes: mostContentBytes }
  const gathered: Asked[] = []
  for (const one of asked) {
    const wanted = 'request' in one && !refuse(one.request, caller, inForce)
    gathered.push(wanted ? await gather(postern, one.request, caller, allowance) : one)
  }
  return gathered
}

function invalid(faults: readonly Fault[]): Refused {
  return { kind: 'invalid', faults }
}

/** What was accepted once stays accepted; what was begun goes on, unless no mail is taken now. */
async function goesOn(
  postern: Postern,
  { owner }: Caller,
  idempotency: KeyedRequest | undefined,
  no: BatchAcceptance,
): Promise<boolean> {
  const earlier = idempotency && (await beganBefore(postern, owner, idempotency))
  return earlier !== undefined && (earlier.finished || no.kind === 'refused')
}

/** @throws Error when a member that was good when the batch began is not any more */
function membersOf(asked: readonly Asked[], { id, refused = [] }: Entry): Member[] {
  const out = new Set(refused.map(({ index }) => index))
  return asked.flatMap((one, index) => {
    if (out.has(index)) return []
    if ('faults' in one)
      throw new Error(`email ${index} of a batch is judged otherwise than before`)
    return [{ id: memberId(id, index), request: one.request }]
  })
}

/** Whether anything happened to one of them: then all their jobs were there. */
async function anyUnderWay(postern: Postern, members: readonly Member[]): Promise<boolean> {
  const known = await Promise.all(members.map(({ id }) => isUnderWay(postern, id)))
  return known.includes(true)
}

async function putAll(
  { intake, clock }: Postern,
  members: readonly Member[],
  caller: Caller,
  inForce: InForce,
) {
  const now = clock.now()
  await intake.put(members.map(({ id, request }) => arrivalOf(request, caller, inForce, now, id)))
}

function answer({ id, refused = [] }: Entry, size: number, replayed: boolean): BatchAcceptance {
  const out = new Set(refused.map(({ index }) => index))
  const indexes = Array.from({ length: size }, (_, index) => index)
  const ids = indexes.filter((index) => !out.has(index)).map((index) => memberId(id, index))
  return { kind: 'accepted', ids, batch: id, refused, replayed }
}
