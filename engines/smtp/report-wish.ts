import { isAscii } from 'node:buffer'
import type { MailObject } from './fit.ts'
import type { Offers } from './offers.ts'

type Wish = Pick<MailObject, 'envelopeId'>
type Asked = Pick<Offers, 'dsn'>

/**
 * Parameters of MAIL for a server that offers DSN (RFC 3461 section 4): which email it is, and that
 * a report needs to bring back its header only.
 */
export function reportOnEmail({ envelopeId }: Wish, { dsn }: Asked): string {
  return dsn && envelopeId ? ` RET=HDRS ENVID=${envelopeId}` : ''
}

/**
 * Parameters of RCPT: failures and delays are reported, under the address that was asked for
 * wherever the email is sent on to. Success is not: relays report it that know of no delivery.
 */
export function reportOnRecipient({ envelopeId }: Wish, { dsn }: Asked, address: string): string {
  if (!dsn || !envelopeId) return ''
  const original = ` ORCPT=rfc822;${xtext(address)}`
  // RFC 6533 has another form for what is beyond ASCII, which few servers take.
  const isTold = isAscii(Buffer.from(address)) && original.length <= longestOriginal
  return ` NOTIFY=FAILURE,DELAY${isTold ? original : ''}`
}

/** Section 4.2. */
const longestOriginal = 500

/** Section 4: `+`, `=` and what is not printable as two hexadecimal digits. */
function xtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, (one) => {
    const code = one.charCodeAt(0).toString(16).toUpperCase()
    return `+${code.padStart(2, '0')}`
  })
}
