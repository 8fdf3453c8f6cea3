import MimeNode from 'nodemailer/lib/mime-node'
import type { Attachment } from '../email/email.ts'
import { hasLongLine } from '../email/long-line.ts'
import { encodeBase64 } from './text-encoding.ts'

/** A part of an email, or all of it: its header fields, and its body in pieces. */
export interface Part {
  readonly fields: readonly string[]
  readonly body: readonly Uint8Array[]
}

/** A calendar that asks for something by its method (RFC 6047 section 2.4). */
export function isInvitation({ contentType }: Attachment): boolean {
  return /^text\/calendar\b.*;\s*method=/i.test(contentType)
}

/** AMP for email, which some mail programs show instead of the html. */
export function isAmp({ contentType }: Attachment): boolean {
  return /^text\/x-amp-html\b/i.test(contentType)
}

/** What is shown as the email itself, instead of its text: without a name, which would make it a file. */
export function alternativePart({ content, contentType }: Attachment): Part {
  const isTyped = /;\s*charset=/i.test(contentType)
  // RFC 5545 section 3.1.4 and AMP both mean UTF-8, where MIME would mean ASCII.
  const type = isTyped ? contentType : contentType.replace(/^[^;]*/, '$&; charset=utf-8')
  return encodedPart(partHeader(type), content)
}

/** A file that is attached, or shown where the html refers to its content id. */
export function filePart({ filename, content, contentType, contentId }: Attachment): Part {
  const email = emailIn(contentType, content)
  const header = partHeader(email ? contentType : encodable(contentType), filename)
  if (contentId !== undefined) header.setHeader('Content-ID', `<${contentId}>`)
  header.setHeader('Content-Disposition', contentId === undefined ? 'attachment' : 'inline')
  return email ? plainPart(header, email) : encodedPart(header, content)
}

/** A child: the root of nodemailer's tree would get the fields of a whole email. */
function partHeader(contentType: string, filename?: string): MimeNode {
  return new MimeNode().createChild(contentType, filename === undefined ? {} : { filename })
}

function encodedPart(header: MimeNode, content: string): Part {
  header.setHeader('Content-Transfer-Encoding', 'base64')
  return { fields: [header.buildHeaders()], body: [encodeBase64(Buffer.from(content, 'base64'))] }
}

function plainPart(header: MimeNode, bytes: Buffer): Part {
  header.setHeader('Content-Transfer-Encoding', '7bit')
  return { fields: [header.buildHeaders()], body: [bytes] }
}

/**
 * An attached email must not be encoded (RFC 2046 section 5.2.1): it leaves as one where its bytes
 * survive every server on the way, and as any file elsewhere. So does what calls itself multipart.
 */
function encodable(contentType: string): string {
  return /^(message|multipart)\//i.test(contentType) ? 'application/octet-stream' : contentType
}

/**
 * The bytes of an email, its lines ending in CRLF; undefined for what does not begin with a header
 * field, has several kinds of line ends, or is more than 7bit can carry (section 2.7).
 */
function emailIn(contentType: string, content: string): Buffer | undefined {
  if (!/^message\/rfc822\b/i.test(contentType)) return undefined
  const text = Buffer.from(content, 'base64').toString('latin1')
  const lineEnds = new Set(text.match(/\r\n|\r|\n/g))
  if (!/^[!-9;-~]+:/.test(text) || /[^\x01-\x7f]/.test(text)) return undefined
  if (lineEnds.size > 1 || lineEnds.has('\r')) return undefined
  const bytes = Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1')
  return hasLongLine(bytes) ? undefined : bytes
}
