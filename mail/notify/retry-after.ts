import type { Posted } from '../ports/web.ts'

/** How many seconds an endpoint asks to be left alone (RFC 9110 section 10.2.3); 0 when it does not. */
export function retryAfterSeconds(answer: Posted, now: number): number {
  const text = answer.kind === 'answered' ? (answer.retryAfter ?? '') : ''
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const date = Date.parse(text)
  return Number.isNaN(date) ? 0 : Math.max(0, Math.ceil((date - now) / 1_000))
}
