import { encodeWord } from 'nodemailer/lib/mime-funcs'
import { formatMailbox, type Mailbox } from '../../mail/email/address.ts'

/**
 * A recipient as Resend reads one. It takes no name in quotes, which RFC 5322 wants around a comma,
 * but one in encoded words (RFC 2047).
 */
export function mailboxText({ address, name }: Mailbox): string {
  if (name === undefined) return address
  return `${isPlain(name) ? name : encodeWord(name, 'Q', 52)} <${address}>`
}

/**
 * A sender: there Resend takes no encoded words, but any letters. A name that needs quotes has
 * them, and Resend decides.
 */
export function senderText({ address, name }: Mailbox): string {
  const isBare = name !== undefined && !/["(),:;<>@[\\\]]|=\?/.test(name)
  return isBare ? `${name} <${address}>` : formatMailbox({ address, name })
}

function isPlain(name: string): boolean {
  return /^[\w !#$%&'*+/^`{|}~-]*$/.test(name)
}
