import { isAscii } from 'node:buffer'
import { needsSmtpUtf8 } from '../../mail/email/address.ts'
import type { Envelope } from '../../mail/email/email.ts'
import type { Offers } from './offers.ts'

/** What is sent (RFC 5321 section 2.3.1): exactly these bytes to exactly these people. */
export interface MailObject {
  readonly envelope: Envelope
  readonly bytes: Uint8Array
  /** What reports about it are to bring back. */
  readonly envelopeId?: string
}

/** The same before it was signed by us, and how that is done. */
export interface Unsigned extends MailObject {
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
}

/** Why a server can never take an email, known before a word is said. */
interface Misfit {
  readonly reason: string
}

/**
 * The email as this server takes it: as it is, or in 7-bit where the server takes no more
 * (RFC 6152, RFC 6531). It never leaves raw where the server has not said that it may.
 */
export async function fitFor(email: Unsigned, offers: Offers): Promise<MailObject | Misfit> {
  const { envelope, envelopeId } = email
  if (!offers.utf8 && [envelope.from, ...envelope.to].some(needsSmtpUtf8))
    return misfit(
      'an address has characters beyond ASCII, and the server does not take those (SMTPUTF8)',
    )
  const content = needsSevenBit(email.bytes, offers) ? await inSevenBit(email.bytes) : email.bytes
  if (!content)
    return misfit(
      'the email is signed with 8-bit content, and the server takes 7-bit only (8BITMIME)',
    )
  const bytes = await email.sign(content)
  const { size } = offers
  if (size > 0 && bytes.length > size)
    return misfit(`the email has ${bytes.length} bytes, the server takes ${size} at most (SIZE)`)
  return { envelope, bytes, ...(envelopeId && { envelopeId }) }
}

/** Loaded on first use: few servers need it. */
async function inSevenBit(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const { toSevenBit } = await import('../../mail/compose/seven-bit.ts')
  return toSevenBit(bytes)
}

function needsSevenBit(bytes: Uint8Array, { eightBit, utf8 }: Offers): boolean {
  if ((eightBit && utf8) || isAscii(bytes)) return false
  return !eightBit || !isAscii(headerOf(bytes))
}

/** All of it where there is no body. */
function headerOf(bytes: Uint8Array): Uint8Array {
  const gap = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n\r\n')
  return gap < 0 ? bytes : bytes.subarray(0, gap)
}

function misfit(reason: string): Misfit {
  return { reason }
}
