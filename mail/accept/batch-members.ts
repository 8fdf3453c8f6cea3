import { memberId } from '../email/id.ts'
import type { Caller } from '../keys/caller.ts'
import type { IdempotencyEntry } from '../ports/idempotency.ts'
import type { InForce } from '../ports/in-force.ts'
import type { EmailRequest } from '../request/email-request.ts'
import type { Fault } from '../request/fault.ts'
import type { Asked, Refused, RefusedMember } from '../request/refused.ts'
import { refusalOf } from './judge.ts'

/** How a batch was judged when it began: which of its members were refused. */
export type Judged = Pick<IdempotencyEntry, 'id' | 'refused'>

/** An accepted email of a batch. */
export interface Member {
  readonly id: string
  readonly request: EmailRequest
  /** Emails that the batch asks for. */
  readonly together: number
}

export function refusedOf(
  asked: readonly Asked[],
  caller: Caller,
  inForce: InForce,
): RefusedMember[] {
  return asked.flatMap((one, index) => {
    const why = refusalOf(one, caller, inForce)
    return why ? [{ index, why }] : []
  })
}

/** What was valid when the batch began and no longer is, such as an upload that expired. */
export function goneFrom(asked: readonly Asked[], { refused = [] }: Judged): RefusedMember[] {
  const out = indexesOf(refused)
  return asked.flatMap((one, index) =>
    'faults' in one && !out.has(index) ? [{ index, why: invalid(one.faults) }] : [],
  )
}

export function membersOf(asked: readonly Asked[], { id, refused = [] }: Judged): Member[] {
  const out = indexesOf(refused)
  const together = asked.length
  return asked.flatMap((one, index) =>
    'faults' in one || out.has(index)
      ? []
      : [{ id: memberId(id, index), request: one.request, together }],
  )
}

/** The ids of the accepted ones, in the caller's order. */
export function idsOf({ id, refused = [] }: Judged, size: number): string[] {
  const out = indexesOf(refused)
  const indexes = Array.from({ length: size }, (_, index) => index)
  return indexes.filter((index) => !out.has(index)).map((index) => memberId(id, index))
}

function indexesOf(refused: readonly RefusedMember[]): ReadonlySet<number> {
  return new Set(refused.map(({ index }) => index))
}

function invalid(faults: readonly Fault[]): Refused {
  return { kind: 'invalid', faults }
}
