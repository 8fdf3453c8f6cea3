import { decodeText } from '../../mail/email/charset.ts'
import { readMimeEmail, type EmailFile, type MimeEmail } from '../../mail/email/mime-email.ts'
import { valueOf } from '../../mail/email/mime-fields.ts'
import { headerText } from '../../mail/email/mime-name.ts'
import { mailboxesOf } from '../../mail/email/outline.ts'
import type { CaptureView } from '../openapi/answers.ts'
import { codesIn } from './codes.ts'
import { readHtml } from './html-text.ts'
import { linksIn } from './links.ts'

type AttachmentView = CaptureView['attachments'][number]

/** Longest text that is shown of an email that cannot be taken apart, in bytes. */
const longestSource = 1_000_000

/** A captured email: what is seen of it, and its files. Needs nothing but its bytes. */
export interface CapturedEmail {
  readonly subject: string
  readonly view: CaptureView
  readonly files: readonly EmailFile[]
}

/** Takes a captured email apart. What is beyond all bounds is shown as it lies there. */
export async function readCapture(eml: Uint8Array): Promise<CapturedEmail> {
  const bytes = Buffer.from(eml.buffer, eml.byteOffset, eml.byteLength)
  try {
    const email = await readMimeEmail(bytes)
    const subject = await headerText(valueOf(email.fields, 'subject') ?? '')
    return { subject, view: await viewOf(email, subject), files: email.files }
  } catch (error) {
    return asSource(bytes, error instanceof Error ? error.message : 'not readable')
  }
}

/** An email as it lies there, with the reason why no more is shown. */
export async function asSource(eml: Uint8Array, malformed: string): Promise<CapturedEmail> {
  const text = await decodeText(eml.subarray(0, longestSource))
  return { subject: '', view: { ...nothing, text, malformed }, files: [] }
}

async function viewOf(email: MimeEmail, subject: string): Promise<CaptureView> {
  const { fields, text = null, html = null, files, faults } = email
  const read = html === null ? undefined : readHtml(html)
  const [from, to, cc, replyTo] = await Promise.all(
    ['from', 'to', 'cc', 'reply-to'].map((name) => mailboxesOf(fields, name)),
  )
  return {
    headers: fields,
    header_from: from!,
    header_to: to!,
    header_cc: cc!,
    header_reply_to: replyTo!,
    text,
    html,
    links: [...new Set([...(read?.links ?? []), ...linksIn(text ?? '')])],
    codes: codesIn(subject, [text ?? '', read?.text ?? '']),
    attachments: files.map(attachmentView),
    malformed: faults.length > 0 ? faults.join('; ') : null,
  }
}

function attachmentView({ name, type, bytes, contentId }: EmailFile, n: number): AttachmentView {
  return {
    n,
    filename: name,
    content_type: type,
    size: bytes.byteLength,
    content_id: contentId ?? null,
  }
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
