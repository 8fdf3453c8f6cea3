import type { Attachment, StructuredContent } from '../email/email.ts'
import { alternativePart, filePart, isAmp, isInvitation, type Part } from './file-part.ts'
import { dateText, field, mailboxField, subjectField, textField } from './header-fields.ts'
import type { Uncomposed } from '../email/parcel.ts'
import { encodeText } from './text-encoding.ts'

/**
 * The bytes of an email that came in parts: text and html as alternatives, the html with the files
 * that it shows, then the other files. By hand, because nodemailer's tree and streams
 * take five times as long (docs/decisions/0001-hot-path.md); what is intricate stays nodemailer's:
 * encoded words, folding, names of files, base64.
 *
 * @param text of the text part; `""` leaves it out
 * @throws Error when the header would not name exactly who was asked for
 */
export function composeParts(letter: Uncomposed, content: StructuredContent, text: string): Buffer {
  const { html, attachments } = content
  const { id } = letter
  const isShown = (file: Attachment) => html && file.contentId !== undefined
  const others = attachments.filter((file) => !isAmp(file) && !isInvitation(file))
  const shown = others.filter(isShown).map(filePart)
  const files = others.filter((file) => !isShown(file)).map(filePart)
  const texts = text ? [textPart('plain', text)] : []
  const htmls = html ? [together(id, 'related', [textPart('html', html), ...shown])] : []
  const isWritten = texts.length + htmls.length > 0
  // The last that a mail program understands is shown (RFC 2046 section 5.1.4), but some take only
  // the last for the html: AMP stands before it.
  const readable = [
    ...(isWritten ? texts : [textPart('plain', '')]),
    ...attachments.filter(isAmp).map(alternativePart),
    ...htmls,
    ...attachments.filter(isInvitation).map(alternativePart),
  ]
  const root = together(id, 'mixed', [together(id, 'alternative', readable), ...files])
  return bytesOf([...fieldsOf(letter), 'MIME-Version: 1.0', ...root.fields], root.body)
}

function fieldsOf({ from, sender, to, cc, replyTo, ...letter }: Uncomposed): string[] {
  return [
    ...Object.entries(letter.headers).map(([name, value]) => textField(name, value)),
    field('X-Postern-Id', letter.id),
    mailboxField('From', [from]),
    ...(sender ? [mailboxField('Sender', [sender])] : []),
    ...(to.length > 0 ? [mailboxField('To', to)] : []),
    ...(cc.length > 0 ? [mailboxField('Cc', cc)] : []),
    ...(replyTo.length > 0 ? [mailboxField('Reply-To', replyTo)] : []),
    ...(letter.subject ? [subjectField(letter.subject)] : []),
    field('Message-ID', letter.messageId),
    field('Date', dateText(letter.date)),
  ]
}

function textPart(subtype: 'plain' | 'html', text: string): Part {
  const { encoding, bytes } = encodeText(text)
  const fields = [
    `Content-Type: text/${subtype}; charset=utf-8`,
    `Content-Transfer-Encoding: ${encoding}`,
  ]
  return { fields, body: [bytes] }
}

/** Parts as one (RFC 2046 section 5.1); one alone is itself. */
function together(id: string, subtype: 'mixed' | 'alternative' | 'related', parts: Part[]): Part {
  if (parts.length === 1) return parts[0]!
  // The id was not known when the content was written, so it is in none.
  const boundary = `${id}-${subtype}`
  const type = subtype === 'related' ? ' type="text/html";' : ''
  const body = parts.flatMap((part) => [startOf(part, boundary), ...part.body, lineEnd])
  return {
    fields: [`Content-Type: multipart/${subtype};${type}\r\n boundary="${boundary}"`],
    body: [...body, Buffer.from(`--${boundary}--\r\n`)],
  }
}

function startOf({ fields }: Part, boundary: string): Buffer {
  return Buffer.from(`--${boundary}\r\n${fields.join('\r\n')}\r\n\r\n`)
}

function bytesOf(fields: readonly string[], body: readonly Uint8Array[]): Buffer {
  const header = Buffer.from(`${fields.join('\r\n')}\r\n\r\n`)
  const last = body.findLast((piece) => piece.length > 0) ?? header
  const isEnded = last.at(-1) === lineEnd.at(-1)
  return Buffer.concat([header, ...body, ...(isEnded ? [] : [lineEnd])])
}

const lineEnd = Buffer.from('\r\n')
