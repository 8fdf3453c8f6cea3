import { comparisonKey } from '../email/address.ts'
import { idOf } from '../email/id.ts'
import type {
  SuppressedPlace,
  Suppression,
  SuppressionCause,
  SuppressionEntry,
} from '../email/suppression.ts'
import { dayMs } from '../email/time.ts'
import type { Removal } from '../ports/suppressions.ts'

/** What a store keeps of one place. Without causes it is only there for its history. */
export interface SuppressionRecord extends Suppression {
  readonly history: readonly SuppressionEntry[]
}

/** How long it is kept who did what, in milliseconds: a year, whatever February has. */
export const historyMs = 366 * dayMs

/** Most lines of history of one place: 400 KB are an item in DynamoDB, and a loop fills any. */
const mostEntries = 100

/** The one spelling of a place, by which a store finds it. */
export function placeKey({ project, address, list }: SuppressedPlace): string {
  return JSON.stringify([project, comparisonKey(address), ...(list === undefined ? [] : [list])])
}

/** What a place comes to be with one more cause; undefined when that changes nothing. */
export function withCause(
  before: SuppressionRecord | undefined,
  place: SuppressedPlace,
  cause: SuppressionCause,
): SuppressionRecord | undefined {
  const { causes = [], history = [] } = before ?? {}
  const known = causes.find(({ reason }) => reason === cause.reason)
  if (known) return before && withSpelling(before, known, cause)
  const { at, reason, by, emailId } = cause
  const entry = { at, what: 'added', reason, by, ...(emailId && { emailId }) } as const
  const same = causes.length > 0 ? before : undefined
  const { project, address, list } = same ?? place
  return {
    id: same?.id ?? idOf(placeKey(place), at),
    project,
    address,
    ...(list !== undefined && { list }),
    causes: [...causes, cause],
    history: kept([...history, entry], at),
  }
}

/** Of what is there already only how a provider spells it is learnt. */
function withSpelling(
  before: SuppressionRecord,
  known: SuppressionCause,
  { spelling }: SuppressionCause,
): SuppressionRecord | undefined {
  if (spelling === undefined || known.spelling !== undefined) return undefined
  const causes = before.causes.map((one) => (one === known ? { ...one, spelling } : one))
  return { ...before, causes }
}

/** Whether a place has no such cause yet. */
export function isNewIn(before: SuppressionRecord | undefined, cause: SuppressionCause): boolean {
  return !before?.causes.some(({ reason }) => reason === cause.reason)
}

/** What is left of a place without these reasons, and what was taken; undefined when nothing was. */
export function withoutCauses(
  before: SuppressionRecord,
  { reasons, at, by }: Removal,
): { left: SuppressionRecord; taken: Suppression } | undefined {
  const goes = ({ reason }: SuppressionCause) => reasons?.includes(reason) ?? true
  const gone = before.causes.filter(goes)
  if (gone.length === 0) return undefined
  const { history, ...suppression } = before
  const entries = gone.map(({ reason }) => ({ at, what: 'removed', reason, by }) as const)
  const causes = before.causes.filter((cause) => !goes(cause))
  return {
    left: { ...suppression, causes, history: kept([...history, ...entries], at) },
    taken: { ...suppression, causes: gone },
  }
}

/** When nothing of it need be kept any longer; undefined while it suppresses. */
export function forgottenAt({ causes, history }: SuppressionRecord): number | undefined {
  return causes.length > 0 ? undefined : (history.at(-1)?.at ?? 0) + historyMs
}

function kept(entries: readonly SuppressionEntry[], now: number): readonly SuppressionEntry[] {
  return entries.filter(({ at }) => at > now - historyMs).slice(-mostEntries)
}

/** What a record says of now. */
export function suppressionOf({ history: _, ...suppression }: SuppressionRecord): Suppression {
  return suppression
}
