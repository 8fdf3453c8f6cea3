import type { BatchAcceptance } from '../../mail/accept/accept-batch.ts'
import type { RefusedMember } from '../../mail/request/refused.ts'
import { ignoringNeeds } from '../../mail/accept/judge.ts'
import type { Fault } from '../../mail/request/fault.ts'
import { Refusal } from '../http/errors.ts'
import { notNow } from '../http/not-now.ts'

/** One answer for every fault, each with its field. */
export function refusalOfFaults(faults: readonly Fault[]): Refusal {
  const tooLarge = faults.some(({ kind }) => kind === 'tooLarge')
  // A thousand personalizations can have one and the same fault.
  const different = new Map(faults.map(({ field, rule }) => [`${field}: ${rule}`, { field, rule }]))
  const told = [...different.values()].slice(0, mostTold)
  const errors = told.map(({ field, rule }) => ({ path: field, rule }))
  const message = [...different.keys()].slice(0, mostTold).join('; ')
  return new Refusal(tooLarge ? 413 : 400, 'validation_error', message, { errors })
}

/** More mistakes than this come from a loop. */
const mostTold = 100

/** How SendGrid would say that nothing was accepted. */
export function refusalOfBatch(no: Exclude<BatchAcceptance, { kind: 'accepted' }>): Refusal {
  return no.kind === 'refused' ? refusalOfMembers(no.refused) : notNow(no)
}

/** What is refused once the fields are right is the sender: one that is missing or not allowed. */
function refusalOfMembers(members: readonly RefusedMember[]): Refusal {
  const forbidden = members.flatMap(({ why }) => (why.kind === 'forbidden' ? [why.reason] : []))
  if (forbidden.length === 0)
    return refusalOfFaults(members.flatMap(({ why }) => (why.kind === 'invalid' ? why.faults : [])))
  const errors = [...new Set(forbidden)].map((rule) => ({ path: fieldOf(rule), rule }))
  return new Refusal(403, 'validation_error', forbidden[0]!, { errors })
}

/** Whether it is the sender that is not allowed, or the bypass of suppressions. */
function fieldOf(rule: string): string {
  return rule === ignoringNeeds ? 'mail_settings' : 'from'
}
