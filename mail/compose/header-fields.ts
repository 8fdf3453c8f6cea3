import { longestLine } from '../email/long-line.ts'
import { encodeWord, foldLines } from 'nodemailer/lib/mime-funcs'
import MimeNode from 'nodemailer/lib/mime-node'
import type { Mailbox } from '../email/address.ts'
import { encodedMailbox } from './encoded-mailbox.ts'

/** Where a header line is folded (RFC 5322 section 2.1.1 recommends at most 78), without CRLF. */
const lineLength = 76

/**
 * A header field whose value can leave as it is, in lines that are not too long. The first word
 * stays on the line of the name: readers such as Exchange lose a Message-ID on a line of its own.
 */
export function field(name: string, value: string): string {
  const line = `${name}: ${value}`
  if (line.length <= lineLength) return line
  const [word = ''] = value.split(/[ \t]/, 1)
  if (name.length + 2 + word.length > longestLine) return foldLines(line, lineLength)
  // A line is folded at its blanks: that after the name comes in afterwards.
  const folded = foldLines(`${name}:-${value}`, lineLength)
  return `${name}: ${folded.slice(name.length + 2)}`
}

/**
 * A subject. What looks like an encoded word is encoded, so that it is read as it was written;
 * nodemailer leaves it, because other fields may bring words that are encoded already.
 */
export function subjectField(subject: string): string {
  return subject.includes('=?')
    ? field('Subject', encodeWord(subject, 'Q', longestWord))
    : textField('Subject', subject)
}

/** RFC 2047 section 2 allows encoded words of 75; nodemailer makes them of 52. */
const longestWord = 52

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

/**
 * Nothing that separates or comments (RFC 5322 section 3.2.3), within the quotes of a quoted local
 * part neither: what reads over the quotes still finds one address.
 */
const oneAddress = /^("?)[^\s"(),:;<>@[\]\\]+\1@[^\s"(),:;<>@[\]\\]+$/

/** A time as Date says it (RFC 5322 section 3.3). */
export function dateText(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000')
}
