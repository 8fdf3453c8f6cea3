import { comparisonKey, type Mailbox } from '../email/address.ts'
import type { Uncomposed } from '../email/parcel.ts'
import { isProviderOrder } from '../email/provider-orders.ts'
import { type RawField, readRaw } from '../email/raw-email.ts'
import { isUnequivocal, mailboxesOf, valuesOf } from '../email/raw-header.ts'
import { withoutRepeats } from '../email/repeated-fields.ts'
import { isSigned, withoutBrokenSignatures } from '../email/signatures.ts'
import { streamHeader } from '../email/stream.ts'
import { dateText, subjectField, textField } from './header-fields.ts'
import { encodedMailbox } from './encoded-mailbox.ts'
import { withShortLines } from './short-lines.ts'

/**
 * A whole MIME email as a caller brought it, made fit to leave: line ends are CRLF, Bcc is gone,
 * and the header says what the From policy decided. Where it says that already it stays as it came,
 * byte for byte, and so does everything else but orders to providers. Added on top is what is missing: Date (RFC 5322
 * section 3.6 requires it), Message-ID, X-Postern-Id and the default headers. Signatures over what
 * had to change are taken out. One that is redirected says so in its subject.
 *
 * @param mime base64
 */
export function composeRaw(letter: Uncomposed, mime: string): Buffer {
  const read = readRaw(Buffer.from(mime, 'base64'))
  const brought = withoutRepeats(read.fields)
  const kept = brought.filter((field) => staysAsItCame(field, letter, brought))
  const names = new Set(kept.map(({ name }) => name))
  const added = fieldsOf(letter).filter(({ name }) => !names.has(name))
  const whole = { fields: [...added, ...kept], body: read.body }
  const short = isSigned(kept) ? whole : withShortLines(whole)
  const isBodySame = !read.isMended && short.body === whole.body
  const fields = withoutBrokenSignatures(read.fields, short.fields, isBodySame)
  const header = fields.map(({ line }) => `${line}\r\n`).join('')
  return Buffer.from(`${header}\r\n${short.body}`, 'latin1')
}

/** Fields meant for Postern or for servers alone. */
const dropped = new Set([
  'x-postern-id',
  'x-postern-original-to',
  'bcc',
  'resent-bcc',
  'return-path',
  'resend-idempotency-key',
  streamHeader.toLowerCase(),
])

function staysAsItCame({ name }: RawField, letter: Uncomposed, all: readonly RawField[]): boolean {
  if (dropped.has(name) || isProviderOrder(name)) return false
  switch (name) {
    case 'message-id':
      return valuesOf(all, name)[0] === letter.messageId
    case 'from':
      return isSound(all) && names(all, name, letter.from, 'first')
    case 'sender':
      return letter.sender !== undefined && names(all, name, letter.sender, 'only')
    case 'reply-to':
      return letter.replyTo.length === 0 || staysReplyTo(all, letter.replyTo)
    case 'subject':
      return !isRedirected(letter)
    default:
      return true
  }
}

/** What one program could read as another author is written again, and so is 8-bit text. */
function isSound(all: readonly RawField[]): boolean {
  const [first, ...more] = all.filter(({ name }) => name === 'from')
  const isAscii = !/[^\0-\x7f]/.test(first!.line)
  return more.length === 0 && isUnequivocal(all, 'from') && (isAscii || isSigned(all))
}

function names(
  all: readonly RawField[],
  name: string,
  wanted: Mailbox,
  which: 'first' | 'only',
): boolean {
  const mailboxes = mailboxesOf(all, name) ?? []
  if (which === 'only' && mailboxes.length !== 1) return false
  return mailboxes[0] !== undefined && same(mailboxes[0], wanted)
}

/** One that cannot be read stays: it asks for nothing that Postern could judge. */
function staysReplyTo(all: readonly RawField[], wanted: readonly Mailbox[]): boolean {
  const given = mailboxesOf(all, 'reply-to')
  if (!given) return true
  return given.length === wanted.length && given.every((one, at) => same(one, wanted[at]!))
}

function same(one: Mailbox, other: Mailbox): boolean {
  return comparisonKey(one.address) === comparisonKey(other.address) && one.name === other.name
}

function isRedirected({ headers }: Uncomposed): boolean {
  return 'X-Postern-Original-To' in headers
}

/** All that Postern itself would say; what the header says already is not said again. */
function fieldsOf(letter: Uncomposed): RawField[] {
  const { id, messageId, date, from, sender, replyTo, subject, headers } = letter
  return [
    asField('Message-ID', messageId),
    asField('X-Postern-Id', id),
    asField('Date', dateText(date)),
    asField('From', boxText(from)),
    ...(sender ? [asField('Sender', boxText(sender))] : []),
    ...(replyTo.length > 0 ? [asField('Reply-To', replyTo.map(boxText).join(',\r\n '))] : []),
    ...(isRedirected(letter) ? [{ name: 'subject', line: subjectField(subject) }] : []),
    ...Object.entries(headers).map(([name, value]) => ({
      name: name.toLowerCase(),
      line: textField(name, value),
    })),
  ]
}

function asField(name: string, value: string): RawField {
  return { name: name.toLowerCase(), line: `${name}: ${value}` }
}

/** A mailbox as header text, one character a byte, folded between encoded words. */
function boxText(mailbox: Mailbox): string {
  const text = encodedMailbox(mailbox)
  const folded = text.startsWith('=?') ? text.replaceAll(' ', '\r\n ') : text
  return Buffer.from(folded).toString('latin1')
}
