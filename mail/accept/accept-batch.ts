import { holderOf, type Caller } from '../keys/caller.ts'
import type { NotNow } from '../request/refused.ts'
import type { Read } from './accept.ts'
import { arrivalOf } from './arrival.ts'
import type { Asked, RefusedMember } from '../request/refused.ts'
import { goneFrom, idsOf, type Judged, type Member, membersOf, refusedOf } from './batch-members.ts'
import { mostContentBytes } from '../request/email-request.ts'
import { gather, hasRemote, withAllowance, type Allowance } from './gather.ts'
import { batchId } from '../email/id.ts'
import { allProjects } from '../email/project.ts'
import { refusalOf, unavailability } from './judge.ts'
import { asFirstAsked, beganBefore, isUnderWay, once, type KeyedRequest } from './once.ts'
import type { IdempotencyEntry } from '../ports/idempotency.ts'
import type { Postern } from '../ports/postern.ts'
import type { InForce } from '../ports/in-force.ts'

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
  | Refusal
  | NotNow

interface Refusal {
  readonly kind: 'refused'
  readonly refused: readonly RefusedMember[]
}

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
  read: Read<readonly Asked[]>,
  caller: Caller,
  options: BatchOptions = {},
): Promise<BatchAcceptance> {
  return withAllowance((allowance) =>
    acceptWithin(postern, read, caller, { ...options, allowance }),
  )
}

async function acceptWithin(
  postern: Postern,
  read: Read<readonly Asked[]>,
  caller: Caller,
  { allowance, idempotency, permissive = false }: BatchOptions & { allowance: Allowance },
): Promise<BatchAcceptance> {
  const inForce = await postern.inForce.current()
  const now = postern.clock.now()
  const gathering = { inForce, allowance, idempotency, permissive }
  const asked = await gatherAll(postern, read(now), caller, gathering)
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
  const begin = { owner: holderOf(caller), request: idempotency, id: batch, refused }
  const end = await once(postern, begin, async (entry, isNew) => {
    if (!isNew) return goOn(postern, entry, { read, caller, inForce, allowance })
    return putAll(postern, membersOf(asked, entry), caller, inForce)
  })
  return end.kind === 'done' ? answer(end.entry, asked.length, end.replayed) : end
}

interface Gathering {
  readonly inForce: InForce
  readonly allowance: Allowance
}

interface BatchAsked extends Gathering {
  readonly read: Read<readonly Asked[]>
  readonly caller: Caller
}

/** Continues what an earlier try left, unless that can no longer be told or done. */
async function goOn(
  postern: Postern,
  entry: IdempotencyEntry,
  { read, caller, inForce, allowance }: BatchAsked,
): Promise<Refusal | undefined> {
  const asked = asFirstAsked(entry, read)
  const reached = await reachedBefore(postern, idsOf(entry, asked.length))
  if (reached === 'jobs') return undefined
  const gathering = { inForce, allowance, permissive: true }
  const gathered = await gatherAll(postern, asked, caller, gathering)
  const gone = goneFrom(gathered, entry)
  // With all records there the jobs may be there too: that is no time to say no.
  if (gone.length > 0 && reached === 'records') throw new Error('a batch cannot be put again')
  if (gone.length > 0) return { kind: 'refused', refused: gone }
  return putAll(postern, membersOf(gathered, entry), caller, inForce)
}

/**
 * Fetches the attachments that are elsewhere, for what is not refused anyway; none when the answer
 * is known already. They share what one email may have, so that a batch fits into memory.
 */
async function gatherAll(
  postern: Postern,
  asked: readonly Asked[],
  caller: Caller,
  { inForce, allowance, idempotency, permissive }: BatchOptions & Gathering,
): Promise<readonly Asked[]> {
  if (!asked.some((one) => 'request' in one && hasRemote(one.request))) return asked
  if (!permissive && refusedOf(asked, caller, inForce).length > 0) return asked
  const earlier = idempotency && (await beganBefore(postern, holderOf(caller), idempotency))
  if (earlier?.finished) return asked
  allowance.bytes = mostContentBytes
  const gathered: Asked[] = []
  for (const one of asked) {
    const wanted = 'request' in one && !refusalOf(one, caller, inForce)
    gathered.push(wanted ? await gather(postern, one.request, caller, allowance) : one)
  }
  return gathered
}

/** What was accepted once stays accepted; what was begun goes on, unless no mail is taken now. */
async function goesOn(
  postern: Postern,
  caller: Caller,
  idempotency: KeyedRequest | undefined,
  no: BatchAcceptance,
): Promise<boolean> {
  const earlier = idempotency && (await beganBefore(postern, holderOf(caller), idempotency))
  return earlier !== undefined && (earlier.finished || no.kind === 'refused')
}

/** How far the try before came, as far as can be seen; the jobs are put last, and all at once. */
async function reachedBefore(
  { emails }: Postern,
  ids: readonly string[],
): Promise<'nothing' | 'records' | 'jobs'> {
  const known = await Promise.all(ids.map((id) => emails.get(id, allProjects)))
  if (known.some(isUnderWay)) return 'jobs'
  return known.every((email) => email) ? 'records' : 'nothing'
}

async function putAll(
  { intake, clock }: Postern,
  members: readonly Member[],
  caller: Caller,
  inForce: InForce,
): Promise<undefined> {
  const now = clock.now()
  await intake.put(members.map((member) => arrivalOf({ ...member, caller }, inForce, now)))
}

function answer(entry: Judged, size: number, replayed: boolean): BatchAcceptance {
  const { id, refused = [] } = entry
  return { kind: 'accepted', ids: idsOf(entry, size), batch: id, refused, replayed }
}
