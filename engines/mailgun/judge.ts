import type { Outcome } from '../../mail/email/outcome.ts'
import { objectOf, wordsOf } from '../http/answer.ts'
import type { Answer } from '../http/exchange.ts'
import { outcomeOfStatus, outcomeOfYes } from '../http/judge.ts'

/**
 * Mailgun tells a fault of the account with 400 as often as with 403: a domain that is not
 * activated, disabled, unverified or a sandbox, a plan that ended.
 */
const aboutAccount =
  /not allowed to send|activate your (mailgun )?account|domain\b.*\b(disabled|unverified|not verified)|sandbox subdomain|free accounts|account (is )?(disabled|suspended)/i

/**
 * What Mailgun's answer to a send means. It accepts with 200, in JSON; a success that is none comes
 * from something in between and says nothing about the email.
 */
export function outcomeOfAnswer(answer: Answer, now: number): Outcome {
  const { id, message } = objectOf(answer)
  const reason = wordsOf('Mailgun', answer, message)
  if (answer.status >= 200 && answer.status < 300) return outcomeOfYes(answer, id, reason)
  // With 429 even a domain over its limit is asked to come again, and told when.
  if (answer.status === 400 && aboutAccount.test(reason)) return { kind: 'blocked', reason }
  return outcomeOfStatus(answer, reason, now)
}
