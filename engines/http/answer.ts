import { remoteText } from '../../mail/email/outcome.ts'
import type { Answer } from './exchange.ts'
import { jsonIn } from '../../mail/email/json.ts'

/** The object that an answer is in JSON; an empty one when it is none. */
export function objectOf({ body }: Answer): Readonly<Record<string, unknown>> {
  const value = jsonIn(body.toString())
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** What a provider said, after its name and the status; a text that came in place of JSON counts. */
export function wordsOf(provider: string, answer: Answer, said: unknown): string {
  const words = typeof said === 'string' ? said : isText(answer) ? answer.body.toString() : ''
  return remoteText(`${provider} answered ${answer.status}${words && ': '}${words}`)
}

function isText({ headers }: Answer): boolean {
  return headers['content-type']?.startsWith('text/plain') ?? false
}

/** Whether it calls itself JSON: what a captive portal or a proxy says for a provider does not. */
export function isJson({ headers }: Answer): boolean {
  return /^application\/(\w+\+)?json\b/i.test(headers['content-type'] ?? '')
}
