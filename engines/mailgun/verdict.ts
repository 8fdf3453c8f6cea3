import type { Verdict } from '../../mail/email/outcome.ts'
import { objectOf, wordsOf } from '../http/answer.ts'
import type { ApiCall } from '../http/api.ts'
import type { Answer, Exchange } from '../http/exchange.ts'

type Ask = (call: ApiCall) => Promise<Exchange>

/**
 * Asks about the domain. A key that may only send is refused there; the same key is told that a
 * send without recipients lacks them, and any other key is told that it is none.
 */
export async function askVerdict(ask: Ask, domain: string, sendPath: string): Promise<Verdict> {
  const done = await ask({ method: 'GET', path: `/v3/domains/${domain}` })
  if (done.kind === 'lost') return { valid: false, reason: done.reason }
  if (done.status === 401 || done.status === 403) return ofSendingKey(await ask(empty(sendPath)))
  return done.status === 200 ? ofDomain(done, domain) : unusable(done)
}

/** A form without any field. */
function empty(path: string): ApiCall {
  const headers = { 'Content-Type': 'multipart/form-data; boundary=none' }
  return { method: 'POST', path, headers, body: '--none--\r\n' }
}

function ofSendingKey(done: Exchange): Verdict {
  if (done.kind === 'lost') return { valid: false, reason: done.reason }
  const { message } = objectOf(done)
  const isMissing = typeof message === 'string' && /parameter is missing/i.test(message)
  return done.status === 400 && isMissing ? { valid: true } : unusable(done)
}

function ofDomain(done: Answer, domain: string): Verdict {
  const { domain: found } = objectOf(done) as { domain?: { state?: string } }
  if (!found) return { valid: false, reason: 'the answer is not from Mailgun' }
  if (found.state === undefined || found.state === 'active') return { valid: true }
  return { valid: false, reason: `Mailgun says that ${domain} is ${found.state}` }
}

function unusable(done: Answer): Verdict {
  return { valid: false, reason: wordsOf('Mailgun', done, objectOf(done)['message']) }
}
