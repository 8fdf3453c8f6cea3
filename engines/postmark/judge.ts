import { comparisonKey } from '../../mail/email/address.ts'
import {
  remoteText,
  type Outcome,
  type RefusedRecipient,
  type Verdict,
} from '../../mail/email/outcome.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { objectOf, wordsOf } from '../http/answer.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import { outcomeOfStatus, outcomeOfYes } from '../http/judge.ts'

/**
 * Error codes about the account, the token, the sender or the stream
 * (https://postmarkapp.com/developer/api/overview#error-codes). Those from 1200 on are about
 * message streams.
 */
const aboutAccount = new Set([10, 400, 401, 405, 412, 413])

/** Maintenance, and the rate limit. */
const comeAgain = new Set([100, 429])

const invalidRequest = 300

/**
 * What Postmark's answer to a send means. It accepts with 200 and the code 0, also when it will
 * leave out recipients who bounced or complained before; those it names in its message.
 */
export function outcomeOfAnswer(answer: Answer, parcel: Parcel, now: number): Outcome {
  const { ErrorCode: code, Message: message, MessageID: id } = objectOf(answer)
  const reason = wordsOf('Postmark', answer, message)
  if (answer.status === 200 && !code)
    return withInactive(outcomeOfYes(answer, id, reason), parcel, String(message))
  if (typeof code !== 'number' || answer.status >= 500) return outcomeOfStatus(answer, reason, now)
  if (aboutAccount.has(code) || (code >= 1_200 && code < 1_300)) return { kind: 'blocked', reason }
  if (comeAgain.has(code)) return outcomeOfStatus({ ...answer, status: 429 }, reason, now)
  if (code === invalidRequest) return ofInvalid(parcel, String(message), reason)
  return outcomeOfStatus(answer, reason, now)
}

/** "Message OK, but will not deliver to these inactive addresses: a@b.c, d@e.f. Inactive …" */
function withInactive(outcome: Outcome, { envelope }: Parcel, message: string): Outcome {
  const [, list] = /inactive addresses:\s*(.+?)\.(\s|$)/i.exec(message) ?? []
  if (outcome.kind !== 'sent' || list === undefined) return outcome
  const named = new Set(list.split(/[,\s]+/).map(comparisonKey))
  const inactive = envelope.to.filter((address) => named.has(comparisonKey(address)))
  return { ...outcome, refused: refusals(inactive, remoteText(message)) }
}

function refusals(addresses: readonly string[], reason: string): RefusedRecipient[] {
  return addresses.map((address) => ({ address, kind: 'rejected', reason }))
}

/** One recipient that Postmark does not take as an address keeps nothing from the others. */
function ofInvalid({ envelope, from }: Parcel, message: string, reason: string): Outcome {
  const [, field, named = ''] = /'(To|Cc|Bcc)'.*address:? '([^']+)'/i.exec(message) ?? []
  const bad = envelope.to.filter((address) => comparisonKey(address) === comparisonKey(named))
  const isOneOfMany = bad.length > 0 && bad.length < envelope.to.length
  if (field === undefined || !isOneOfMany || from.address === named)
    return { kind: 'rejected', reason }
  return { kind: 'deferred', reason, refused: refusals(bad, reason) }
}

/** What the answer to `GET /server` says: the token is one of a server, and not of an account. */
export function verdictOf(done: Exchange): Verdict {
  if (done.kind === 'lost') return { valid: false, reason: done.reason }
  const { Message: message, ID: id, DeliveryType: type } = objectOf(done)
  if (done.status !== 200) return { valid: false, reason: wordsOf('Postmark', done, message) }
  if (id === undefined) return { valid: false, reason: 'the answer is not from Postmark' }
  if (type !== 'Sandbox') return { valid: true }
  return { valid: true, warnings: ['this Postmark server is a sandbox: it delivers nothing'] }
}
