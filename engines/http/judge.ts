import { remoteText, type Outcome } from '../../mail/email/outcome.ts'
import { isJson } from './answer.ts'
import type { Answer, Loss } from './exchange.ts'
import { retryAfterSeconds } from './retry-after.ts'

/** Says something about the account, the key, the URL or the path to it, not about the email. */
const aboutEngine = new Set([401, 402, 403, 404, 405, 406, 407, 410, 421, 426, 451])

/** Asks to come again, and has taken nothing. */
const comeAgain = new Set([408, 409, 425, 429, 503])

/**
 * What an answer that is no success means, by its status. A 5xx after the whole request may hide
 * an email that was queued before something broke: ambiguous, unless it is 503, with which a
 * server says that it takes no requests at all.
 *
 * @param reason what the provider said
 * @param now milliseconds since the epoch
 */
export function outcomeOfStatus(answer: Answer, reason: string, now: number): Outcome {
  const { status, headers, wholeRequest } = answer
  if (status >= 300 && status < 400)
    return { kind: 'blocked', reason: `${reason} (redirects are not followed)` }
  if (aboutEngine.has(status)) return { kind: 'blocked', reason }
  if (comeAgain.has(status) || (status >= 500 && !wholeRequest)) {
    const again = { retryAfterSeconds: retryAfterSeconds(headers, now) }
    return { kind: 'deferred', reason, ...again, ...(status >= 500 && { ofEngine: true }) }
  }
  return { kind: status >= 500 ? 'ambiguous' : 'rejected', reason }
}

/**
 * What a success means, from a provider that says so in JSON: accepted. Any other comes from
 * something in between, such as a captive portal, and says nothing about the email.
 *
 * @param id what the provider calls the email
 * @param words what was said, as a reason
 */
export function outcomeOfYes(answer: Answer, id: unknown, words: string): Outcome {
  if (typeof id === 'string' && id !== '') return { kind: 'sent', remoteId: remoteText(id) }
  if (isJson(answer)) return { kind: 'sent' }
  return { kind: 'ambiguous', reason: `${words}, and not in JSON, as the provider accepts` }
}

/** What an exchange without an answer means. */
export function outcomeOfLoss({ trouble, reason, wholeRequest }: Loss): Outcome {
  if (wholeRequest)
    return { kind: 'ambiguous', reason: `${reason}; the whole request may have arrived` }
  return trouble === 'tls'
    ? { kind: 'blocked', reason }
    : { kind: 'deferred', reason, ofEngine: true }
}
