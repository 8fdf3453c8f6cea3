import type MailComposer from 'nodemailer/lib/mail-composer'
import { parseAddress, type Mailbox } from './address.ts'
import { composeRaw } from './compose-raw.ts'
import type { Content } from './email.ts'
import { joinParts } from './join-parts.ts'
import type { Parcel } from './parcel.ts'

type Letter = Omit<Parcel, 'composed'>

/** An email that can never be sent, by whatever engine: its bytes would not be what was asked for. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError'
}

/** RFC 5322 section 2.1.1, without CRLF. */
const longestLine = 998

/**
 * Composes an email into MIME bytes. The same parcel always gives the same bytes: the date is that
 * of acceptance and the boundary comes from the id, so every copy of an email is the same email.
 *
 * Nothing here reads a file or a URL; addresses go in as checked objects and never as text for
 * nodemailer to parse; the envelope it would use is compared with the one that was validated.
 *
 * @throws CompositionError when the bytes are not what was asked for: better not sent than sent wrong
 */
export async function compose(letter: Letter): Promise<Uint8Array> {
  try {
    const bytes =
      letter.content.kind === 'raw'
        ? composeRaw(letter, letter.content.mime)
        : await composeParts(letter, letter.content)
    assertWellFormed(bytes)
    return bytes
  } catch (cause) {
    throw new CompositionError((cause as Error).message, { cause })
  }
}

/** Loaded on first use, 25 ms that starting up need not pay; and asked for once, which is not free. */
let composer: Promise<{ default: typeof MailComposer }> | undefined

async function composeParts(letter: Letter, content: Content & { kind: 'structured' }) {
  composer ??= import('nodemailer/lib/mail-composer')
  const { default: Composer } = await composer
  const node = new Composer({
    from: box(letter.from),
    ...(letter.sender && { sender: box(letter.sender) }),
    to: letter.to.map(box),
    cc: letter.cc.map(box),
    replyTo: letter.replyTo.map(box),
    subject: letter.subject,
    messageId: letter.messageId,
    date: letter.date,
    headers: { ...letter.headers, 'X-Postern-Id': letter.id },
    ...(content.html !== undefined && { html: withCrlf(content.html) }),
    ...(await textPart(content)),
    attachments: content.attachments.map((file) => ({
      filename: file.filename,
      content: Buffer.from(file.content, 'base64'),
      contentType: encodable(file.contentType),
      contentDisposition: file.contentId ? 'inline' : 'attachment',
      ...(file.contentId && { cid: file.contentId }),
    })),
    baseBoundary: letter.id,
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  assertSameRecipients(letter, node.getEnvelope().to)
  return joinParts(node)
}

/** A text part of its own, one derived from the html, or none where the caller said `""`. */
async function textPart({ html, text }: Content & { kind: 'structured' }) {
  if (text !== undefined) return { text: withCrlf(text) }
  const { textFromHtml } = await import('./text-from-html.ts')
  return { text: withCrlf(textFromHtml(html ?? '')) }
}

/** RFC 2045 section 6.8: line ends are CRLF before anything is encoded; nodemailer leaves them. */
function withCrlf(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n')
}

/**
 * An attached email must not be encoded (RFC 2046 section 5.2.1), and unencoded its bytes would
 * not survive: it leaves as a file, and so does what calls itself multipart.
 */
function encodable(contentType: string): string {
  return /^(message|multipart)\//i.test(contentType) ? 'application/octet-stream' : contentType
}

function box({ address, name }: Mailbox) {
  return { address, name: name ?? '' }
}

/** The headers must name exactly who was validated: nodemailer repairs what it does not like. */
function assertSameRecipients({ to, cc }: Letter, found: string | readonly string[] | false) {
  const wanted = new Set([...to, ...cc].map((mailbox) => mailbox.address))
  const got = new Set((typeof found === 'string' ? [found] : found || []).map(normalised))
  if (wanted.symmetricDifference(got).size > 0)
    throw new Error('composing changed the recipients: the email is not sent')
}

/** Beside a non-ASCII local part nodemailer turns the domain back into Unicode. */
function normalised(text: string): string {
  const parsed = parseAddress(text)
  return 'address' in parsed ? parsed.address : text
}

function assertWellFormed(bytes: Buffer) {
  const text = bytes.toString('latin1')
  if (/\r(?!\n)|(?<!\r)\n|\0/.test(text)) throw new Error('composing left a bare CR, LF or NUL')
  if (text.split('\r\n').some((line) => line.length > longestLine))
    throw new Error(`composing left a line of more than ${longestLine} bytes`)
}
