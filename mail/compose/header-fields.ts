import { foldLines } from 'nodemailer/lib/mime-funcs'
import MimeNode from 'nodemailer/lib/mime-node'
import type { Mailbox } from '../email/address.ts'
import { encodedMailbox } from './encoded-mailbox.ts'

/** RFC 5322 section 2.1.1: a line should have no more, without CRLF. */
const lineLength = 76

/** A header field whose value can leave as it is, in lines that are not too long. */
export function field(name: string, value: string): string {
  const line = `${name}: ${value}`
  return line.length <= lineLength ? line : foldLines(line, lineLength)
}

/** A field of any text: encoded where it must be (RFC 2047), as nodemailer does it for such a field. */
export function textField(name: string, value: string): string {
  return field(name, encoder.encodeHeaderValue(name, value))
}

const encoder = new MimeNode(false)

/**
 * A field of mailboxes.
 *
 * @throws Error when an address could be read as more than one: the header would name an
 * address that was never validated
 */
export function mailboxField(name: string, mailboxes: readonly Mailbox[]): string {
  for (const { address } of mailboxes)
    if (!oneAddress.test(address)) throw new Error(`${name} is not a single address`)
  return field(name, mailboxes.map(encodedMailbox).join(', '))
}

/** Nothing that separates, quotes or comments (RFC 5322 section 3.2.3): quoted parts are never accepted. */
const oneAddress = /^[^\s"(),:;<>@[\]\\]+@[^\s"(),:;<>@[\]\\]+$/
