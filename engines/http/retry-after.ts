import type { IncomingHttpHeaders } from 'node:http'

/**
 * How long an HTTP server asks to be left alone, in whole seconds: Retry-After as seconds or as a
 * date (RFC 9110 section 10.2.3), else SendGrid's `X-RateLimit-Reset`, a Unix time. What is
 * neither, or has passed, is as good as nothing. The longest wait that is honoured is the retry
 * policy's business.
 *
 * @param now milliseconds since the epoch
 */
export function retryAfterSeconds(headers: IncomingHttpHeaders, now: number): number | undefined {
  return secondsOf(headers['retry-after'], now) ?? untilReset(headers['x-ratelimit-reset'], now)
}

function secondsOf(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text)
  // Only the form that HTTP writes: Date.parse takes "-1" for a year.
  return /^[A-Z][a-z]{2,8},? .*GMT$/.test(text) ? inFuture(Date.parse(text), now) : undefined
}

function untilReset(value: string | string[] | undefined, now: number): number | undefined {
  return typeof value === 'string' && /^\d{10}$/.test(value)
    ? inFuture(Number(value) * 1_000, now)
    : undefined
}

function inFuture(time: number, now: number): number | undefined {
  return time > now ? Math.ceil((time - now) / 1_000) : undefined
}
