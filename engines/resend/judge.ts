import { domainOf } from '../../mail/email/address.ts'
import type { Outcome, Verdict } from '../../mail/email/outcome.ts'
import { objectOf, wordsOf } from '../http/answer.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import { outcomeOfStatus, outcomeOfYes } from '../http/judge.ts'

/** Errors that say more than their status (https://resend.com/docs/api-reference/errors). */
const blocking = new Set(['daily_quota_exceeded', 'monthly_quota_exceeded', 'invalid_api_key'])

/**
 * What Resend's answer to a send means. It accepts with 200 and an id, in JSON; a success that is
 * none comes from something in between and says nothing about the email.
 */
export function outcomeOfAnswer(answer: Answer, now: number): Outcome {
  const { id, name, message } = objectOf(answer)
  const reason = wordsOf('Resend', answer, message)
  if (answer.status >= 200 && answer.status < 300) return outcomeOfYes(answer, id, reason)
  if (blocking.has(String(name)) || isAboutKey(message)) return { kind: 'blocked', reason }
  // "The email payload contain invalid characters": about this email, whatever 451 means elsewhere.
  if (name === 'security_error') return { kind: 'rejected', reason }
  return outcomeOfStatus(answer, reason, now)
}

/** A key that was deleted is answered as a fault of the request, with 400. */
function isAboutKey(message: unknown): boolean {
  return typeof message === 'string' && /API key is invalid/i.test(message)
}

/**
 * What the answer to `GET /domains` says. A key that may only send is told so (and thereby known
 * to be a key); one with full access shows whether the default sender is of a verified domain.
 *
 * @param from the default sender of the settings
 */
export function verdictOf(done: Exchange, from: string | null): Verdict {
  if (done.kind === 'lost') return { valid: false, reason: done.reason }
  const { name, message, data } = objectOf(done)
  if (done.status === 401 && name === 'restricted_api_key') return { valid: true }
  if (done.status !== 200) return { valid: false, reason: wordsOf('Resend', done, message) }
  if (!Array.isArray(data)) return { valid: false, reason: 'the answer is not from Resend' }
  const domain = from === null ? undefined : domainOf(from)
  if (domain === undefined || verified(data).includes(domain)) return { valid: true }
  return { valid: true, warnings: [`Resend has no verified domain ${domain}`] }
}

function verified(domains: readonly unknown[]): string[] {
  const known = domains as readonly { name?: string; status?: string }[]
  return known.flatMap(({ name, status }) => (status === 'verified' && name ? [name] : []))
}
