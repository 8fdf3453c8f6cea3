import { encodeWords, foldLines } from 'nodemailer/lib/mime-funcs'
import type { Mailbox } from '../email/address.ts'
import type { Parcel } from '../email/parcel.ts'
import { type RawField, readRaw } from '../email/raw-email.ts'
import { encodedMailbox } from './encoded-mailbox.ts'

/** Fields that Postern sets itself, and those meant for it or for servers alone, such as Bcc. */
const replaced = new Set([
  'message-id',
  'x-postern-id',
  'from',
  'sender',
  'bcc',
  'resent-bcc',
  'return-path',
  'resend-idempotency-key',
  'x-postern-original-to',
])

/**
 * A whole MIME email as a caller brought it, made fit to leave: line ends are CRLF, Bcc is gone,
 * and the header says what the From policy decided. Everything else, the body above all, stays as
 * it came, a Reply-To too unless another was decided; without a Date one is added (RFC 5322
 * section 3.6 requires it), and so are default headers that it lacks. One that is redirected says
 * so in its subject.
 *
 * @param mime base64
 */
export function composeRaw(letter: Omit<Parcel, 'composed'>, mime: string): Buffer {
  const { fields: brought, body } = readRaw(Buffer.from(mime, 'base64'))
  const isRedirected = 'X-Postern-Original-To' in letter.headers
  const isOurs = ({ name }: RawField) =>
    replaced.has(name) ||
    (name === 'reply-to' && letter.replyTo.length > 0) ||
    (name === 'subject' && isRedirected)
  const kept = brought.filter((field) => !isOurs(field))
  const names = new Set(kept.map(({ name }) => name))
  const added = [
    ...ownFields(letter, names.has('date')),
    ...(isRedirected ? [headerLine('Subject', letter.subject)] : []),
    ...Object.entries(letter.headers)
      .filter(([name]) => !names.has(name.toLowerCase()))
      .map(([name, value]) => headerLine(name, value)),
  ]
  const fields = [...added, ...kept.map(({ line }) => line)]
  return Buffer.from(`${fields.join('\r\n')}\r\n\r\n${body}`, 'latin1')
}

function ownFields(letter: Omit<Parcel, 'composed'>, hasDate: boolean): string[] {
  const { from, sender, replyTo } = letter
  return [
    `Message-ID: ${letter.messageId}`,
    `X-Postern-Id: ${letter.id}`,
    ...(hasDate ? [] : [`Date: ${letter.date.toUTCString().replace('GMT', '+0000')}`]),
    `From: ${field(from)}`,
    ...(sender ? [`Sender: ${field(sender)}`] : []),
    ...(replyTo.length > 0 ? [`Reply-To: ${replyTo.map(field).join(',\r\n ')}`] : []),
  ]
}

function headerLine(name: string, value: string): string {
  return foldLines(`${name}: ${encodeWords(value, 'Q', 52)}`, 76)
}

/** A mailbox as header text, one character a byte, folded between encoded words. */
function field(mailbox: Mailbox): string {
  const text = encodedMailbox(mailbox)
  const folded = text.startsWith('=?') ? text.replaceAll(' ', '\r\n ') : text
  return Buffer.from(folded).toString('latin1')
}
