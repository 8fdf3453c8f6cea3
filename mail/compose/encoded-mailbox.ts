import { encodeWord } from 'nodemailer/lib/mime-funcs'
import { formatMailbox, type Mailbox } from '../email/address.ts'

/** A mailbox as one ASCII header value, for providers that leave encoding to the caller (RFC 2047). */
export function encodedMailbox({ address, name }: Mailbox): string {
  return name === undefined || /^[ -~]*$/.test(name)
    ? formatMailbox({ address, name })
    : `${encodeWord(name, 'Q', 52)} <${address}>`
}
