import { required } from '../../mail/email/zod-words.ts'
import type { BatchAcceptance } from '../../mail/accept/accept-batch.ts'
import type { RefusedMember } from '../../mail/request/refused.ts'
import type { Acceptance } from '../../mail/accept/accept.ts'
import type { Refused } from '../../mail/request/refused.ts'
import type { Fault } from '../../mail/request/fault.ts'
import { Refusal, type Code } from '../http/errors.ts'
import { notNow } from '../http/not-now.ts'

/** One answer for every fault: each field and its rule, under the name of the gravest. */
export function refusalOfFaults(faults: readonly Fault[]): Refusal {
  const kinds = faults.map((fault) => fault.kind)
  const kind = gravest.find((candidate) => kinds.includes(candidate)) ?? 'invalid'
  const [status, code] = answers[kind]
  return new Refusal(status, code, faults.map(sentence).join(' '))
}

/** How Resend would say that an email was not accepted. */
export function refusalOfAcceptance(no: Exclude<Acceptance, { kind: 'accepted' }>): Refusal {
  return no.kind === 'invalid' || no.kind === 'forbidden' ? refusalOf(no) : notNow(no)
}

/** How Resend would say that no email of a batch was accepted: what is wrong with which. */
export function refusalOfBatch(no: Exclude<BatchAcceptance, { kind: 'accepted' }>): Refusal {
  if (no.kind !== 'refused') return notNow(no)
  const told = no.refused.slice(0, mostTold)
  const faults = told.flatMap(({ why }) => (why.kind === 'invalid' ? why.faults : []))
  const { status, code } = faults.length > 0 ? refusalOfFaults(faults) : refusalOf(told[0]!.why)
  const sentences = told.map((one) => `Email ${one.index}: ${refusalOfMember(one).message}`)
  const rest = no.refused.length - told.length
  if (rest > 0) sentences.push(`And ${rest} more.`)
  return new Refusal(status, code, sentences.join(' '))
}

/** How Resend would say that this one email of a batch was not accepted. */
export function refusalOfMember({ why }: RefusedMember): Refusal {
  return refusalOf(why)
}

/** Most emails of a batch whose faults are listed. */
const mostTold = 10

function refusalOf(why: Refused): Refusal {
  return why.kind === 'invalid'
    ? refusalOfFaults(why.faults)
    : new Refusal(403, 'validation_error', `Not allowed: ${why.reason}.`)
}

const gravest: readonly Fault['kind'][] = ['tooLarge', 'missing', 'from', 'attachment', 'invalid']

const answers: Readonly<Record<Fault['kind'], readonly [413 | 422, Code]>> = {
  tooLarge: [413, 'validation_error'],
  missing: [422, 'missing_required_field'],
  from: [422, 'invalid_from_address'],
  attachment: [422, 'invalid_attachment'],
  invalid: [422, 'validation_error'],
}

function sentence({ field, rule, kind }: Fault): string {
  return kind === 'missing' && rule === required
    ? `Missing \`${field}\` field.`
    : `The \`${field}\` field: ${rule}.`
}
