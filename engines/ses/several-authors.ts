import { readRaw } from '../../mail/email/raw-email.ts'
import { entriesOf } from '../../mail/email/raw-header.ts'

/**
 * Whether the From of an email names several (RFC 5322 section 3.6.2). FromEmailAddress has room for
 * one and replaces the header by it. Without it SES would read From itself, but what it makes of
 * several is not documented, nor what `ses:FromAddress` of an IAM policy is then.
 */
export function hasSeveralAuthors(composed: Uint8Array): boolean {
  const bytes = Buffer.from(composed.buffer, composed.byteOffset, composed.byteLength)
  const { fields } = readRaw(bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4))
  return entriesOf(fields, 'from').length > 1
}
