import { refuse, type Caller, type Refused } from './accept.ts'
import type { EmailRequest, Fault } from './email-request.ts'
import { memberId } from './id.ts'
import type { IdempotencyEntry } from './ports.ts'
import type { InForce } from './settings-in-force.ts'

/** One email that a batch asks for, or what is wrong with it. */
export type Asked = { readonly request: EmailRequest } | { readonly faults: readonly Fault[] }

/** A member of a batch that was not accepted. */
export interface RefusedMember {
  /** Counted from 0, as the caller listed them. */
  readonly index: number
  readonly why: Refused
}

/** How a batch was judged when it began: which of its members are out. */
export type Judged = Pick<IdempotencyEntry, 'id' | 'refused'>

/** An email of a batch that is in. */
export interface Member {
  readonly id: string
  readonly request: EmailRequest
}

export function refusedOf(
  asked: readonly Asked[],
  caller: Caller,
  inForce: InForce,
): RefusedMember[] {
  return asked.flatMap((one, index) => {
    const why = 'faults' in one ? invalid(one.faults) : refuse(one.request, caller, inForce)
    return why ? [{ index, why }] : []
  })
}

/** What was good when the batch began and is not any more, as an upload that expired. */
export function goneFrom(asked: readonly Asked[], { refused = [] }: Judged): RefusedMember[] {
  const out = indexesOf(refused)
  return asked.flatMap((one, index) =>
    'faults' in one && !out.has(index) ? [{ index, why: invalid(one.faults) }] : [],
  )
}

export function membersOf(asked: readonly Asked[], { id, refused = [] }: Judged): Member[] {
  const out = indexesOf(refused)
  return asked.flatMap((one, index) =>
    'faults' in one || out.has(index) ? [] : [{ id: memberId(id, index), request: one.request }],
  )
}

/** The ids of those that are in, in the caller's order. */
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
