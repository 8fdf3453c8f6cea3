import { createHash } from 'node:crypto'

/**
 * The id of an attachment, told from its email and its place there: a UUIDv8 (RFC 9562 section
 * 5.8), whose last digits count up so that lists have an order to page through.
 */
export function attachmentId(emailId: string, index: number): string {
  const hex = createHash('sha256').update(emailId).digest('hex')
  const [time, middle, last] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 15)]
  const place = index.toString(16).padStart(4, '0')
  return `${time}-${middle}-8${last}-8${hex.slice(15, 18)}-${hex.slice(18, 26)}${place}`
}
