import type { Context } from 'hono'
import { comparisonKey, parseAddress } from '../../mail/email/address.ts'
import { isId, lastIdBefore } from '../../mail/email/id.ts'
import { isNamed } from '../../mail/email/named.ts'
import type { Capture, CaptureQuery } from '../../mail/ports/captures.ts'
import { parameter } from '../http/page-query.ts'

export type CaptureFilter = Pick<CaptureQuery, 'to' | 'subject' | 'tag'>

/** Which captures are wanted, by `to`, `subject` and `tag`; an empty one is none. */
export function readFilter(c: Context): CaptureFilter {
  const { subject, tag } = c.req.query()
  return { to: readRecipient(c), subject, tag: tag?.trim() || undefined }
}

/** Whether a capture is one that a store would find by this filter. */
export function isWanted(capture: Capture, { to, ...named }: CaptureFilter): boolean {
  const key = to === undefined ? undefined : comparisonKey(to)
  const isTo = key === undefined || capture.to.some((address) => comparisonKey(address) === key)
  return isTo && isNamed(capture, named)
}

/**
 * The id behind which is what `since` asks for: accepted after an id, or at a time or later.
 *
 * @throws Refusal 422 for what is neither
 */
export function readSince(c: Context): string | undefined {
  const since = c.req.query('since')?.trim()
  if (!since) return undefined
  const id = since.toLowerCase()
  if (isId(id)) return id
  const time = /^\d{4}-\d\d-\d\d/.test(since) ? Date.parse(since.replace(' ', '+')) : NaN
  if (Number.isNaN(time)) throw parameter('since', 'an id or an ISO 8601 time is needed')
  return lastIdBefore(time)
}

function readRecipient(c: Context): string | undefined {
  const to = c.req.query('to')
  if (to === undefined) return undefined
  // Outside quotes no address has a blank: it was a plus that was not encoded.
  const address = to.includes('"') ? to.trim() : to.trim().replaceAll(' ', '+')
  const parsed = parseAddress(address, 'local')
  if ('address' in parsed) return parsed.address
  throw parameter('to', parsed.fault)
}
