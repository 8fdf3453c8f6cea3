import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'
import type { File } from '../http/download.ts'
import { codesIn } from './codes.ts'
import { readHtml } from './html-text.ts'
import { linksIn } from './links.ts'

/** A captured email taken apart, for people and for end-to-end tests. */
export interface CaptureView {
  /** All header fields in their order, unfolded, not decoded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** Who stands in the headers; the envelope may differ. */
  readonly header_from: readonly HeaderMailbox[]
  readonly header_to: readonly HeaderMailbox[]
  readonly header_cc: readonly HeaderMailbox[]
  readonly header_reply_to: readonly HeaderMailbox[]
  readonly text: string | null
  readonly html: string | null
  /** Where the email leads, http and https only, each once, in order. */
  readonly links: readonly string[]
  /** What looks like a one-time code, likeliest first. */
  readonly codes: readonly string[]
  readonly attachments: readonly AttachmentView[]
  /** Why it could not be taken apart; `text` is then all of it, unparsed. */
  readonly malformed: string | null
}

interface HeaderMailbox {
  readonly address: string
  readonly name: string
}

interface AttachmentView {
  /** Its number at `/v1/captures/{id}/attachments/{n}`. */
  readonly n: number
  readonly filename: string
  readonly content_type: string
  readonly size: number
  readonly content_id: string | null
}

/** Takes a captured email apart. What no parser understands is shown as raw text. */
export async function readCapture(
  eml: Uint8Array,
): Promise<{ view: CaptureView; files: readonly File[] }> {
  try {
    const email = await PostalMime.parse(eml, { maxNestingDepth: 100, maxHeadersSize: 1_000_000 })
    const files = email.attachments.map(fileOf)
    return { view: viewOf(email, files), files }
  } catch (error) {
    const text = new TextDecoder().decode(eml)
    const malformed = error instanceof Error ? error.message : 'not readable'
    return { view: { ...nothing, text, malformed }, files: [] }
  }
}

function viewOf(email: Email, files: readonly File[]): CaptureView {
  const { subject = '', text = null, html = null } = email
  const read = html === null ? undefined : readHtml(html)
  const words = text ?? read?.text ?? ''
  return {
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    header_from: flat(email.from ? [email.from] : []),
    header_to: flat(email.to),
    header_cc: flat(email.cc),
    header_reply_to: flat(email.replyTo),
    text,
    html,
    links: [...new Set([...(read?.links ?? []), ...linksIn(text ?? '')])],
    codes: codesIn(`${subject}\n\n${words}`),
    attachments: email.attachments.map((part, n) => attachmentView(part, files[n]!, n)),
    malformed: null,
  }
}

function attachmentView({ contentId }: Attachment, file: File, n: number): AttachmentView {
  return {
    n,
    filename: file.name,
    content_type: file.type,
    size: file.bytes.byteLength,
    content_id: contentId?.replace(/^<|>$/g, '') ?? null,
  }
}

function fileOf({ filename, mimeType, content }: Attachment): File {
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)
  return { name: filename ?? 'attachment', type: mimeType, bytes }
}

function flat(addresses: readonly Address[] = []): HeaderMailbox[] {
  return addresses.flatMap((one) => one.group ?? [{ address: one.address, name: one.name }])
}

const nothing: CaptureView = {
  headers: [],
  header_from: [],
  header_to: [],
  header_cc: [],
  header_reply_to: [],
  text: null,
  html: null,
  links: [],
  codes: [],
  attachments: [],
  malformed: null,
}
