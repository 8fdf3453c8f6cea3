import { remoteText, type Outcome, type Verdict } from '../../mail/email/outcome.ts'
import { objectOf, wordsOf } from '../http/answer.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import { outcomeOfStatus } from '../http/judge.ts'

interface Circumstances {
  readonly sandbox: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * What SendGrid's answer to a send means. It accepts with 202 and, in sandbox mode, checks with
 * 200. Any other success that does not carry SendGrid's id comes from something in between, such
 * as a captive portal, and says nothing about the email.
 */
export function outcomeOfAnswer(answer: Answer, { sandbox, now }: Circumstances): Outcome {
  const { status, headers } = answer
  if (status < 200 || status > 299) return outcomeOfStatus(answer, wordsOfErrors(answer), now)
  const id = headers['x-message-id']
  const remoteId = typeof id === 'string' ? remoteText(id) : ''
  if (sandbox && status === 200)
    return { kind: 'discarded', reason: 'SendGrid checked it and sent nothing (sandbox mode)' }
  if (status === 202 || remoteId !== '')
    return { kind: 'sent', ...(remoteId !== '' && { remoteId }) }
  return {
    kind: 'ambiguous',
    reason: `${wordsOfErrors(answer)}, and not the 202 with which SendGrid accepts`,
  }
}

/** A key that may send has the scope `mail.send`. */
export function verdictOf(done: Exchange): Verdict {
  if (done.kind === 'lost') return { valid: false, reason: done.reason }
  if (done.status !== 200) return { valid: false, reason: wordsOfErrors(done) }
  const { scopes } = objectOf(done)
  if (!Array.isArray(scopes)) return { valid: false, reason: 'the answer is not from SendGrid' }
  return scopes.includes('mail.send')
    ? { valid: true }
    : { valid: false, reason: 'the SendGrid API key may not send: it lacks the scope mail.send' }
}

/** SendGrid's own words with the fields they are about. */
function wordsOfErrors(answer: Answer): string {
  const { errors } = objectOf(answer)
  return wordsOf(
    'SendGrid',
    answer,
    Array.isArray(errors) ? errors.map(wordsOfError).join('; ') : undefined,
  )
}

function wordsOfError(error: unknown): string {
  const { field, message } = (error ?? {}) as { field?: unknown; message?: unknown }
  return [field, message].filter((part) => typeof part === 'string').join(': ')
}
