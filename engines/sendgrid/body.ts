import type { Attachment as ParsedAttachment, Email as Parsed } from 'postal-mime'
import type { Attachment } from '../../mail/email/email.ts'
import { checkHeader } from '../../mail/email/headers.ts'
import type { Parcel } from '../../mail/email/parcel.ts'

/** What SendGrid builds an email from, apart from addresses and subject. */
export interface Body {
  readonly html?: string
  readonly text?: string
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: readonly Attachment[]
}

/** The parts of a parcel; those of a raw one are read off its bytes. */
export async function bodyOf(parcel: Parcel): Promise<Body> {
  const { content } = parcel
  if (content.kind === 'raw') return rawBodyOf(parcel)
  const { html, attachments } = content
  return { html, text: await textOf(content), headers: parcel.headers, attachments }
}

/** As the composer has it: what an email says does not depend on the engine. */
async function textOf({ html, text }: { html?: string; text?: string }) {
  if (text !== undefined) return text
  const { textFromHtml } = await import('../../mail/compose/text-from-html.ts')
  return textFromHtml(html ?? '')
}

async function rawBodyOf(parcel: Parcel): Promise<Body> {
  const { default: PostalMime } = await import('postal-mime')
  const parsed = await PostalMime.parse(await parcel.composed(), { attachmentEncoding: 'base64' })
  return {
    html: parsed.html,
    text: parsed.text,
    headers: { ...fieldsOf(parsed), ...parcel.headers },
    attachments: parsed.attachments.map(attachmentOf),
  }
}

/** Only fields that a caller may set: SendGrid writes the others itself and refuses ours. */
function fieldsOf({ headers }: Parsed): Record<string, string> {
  const fields = headers.map(({ originalKey, value }) => [originalKey, value] as const)
  return Object.fromEntries(fields.filter(([name, value]) => !checkHeader(name, value)))
}

function attachmentOf(file: ParsedAttachment): Attachment {
  const contentId = file.contentId?.replace(/^<|>$/g, '')
  return {
    filename: file.filename ?? 'attachment',
    content: file.content as string,
    contentType: file.mimeType,
    ...(contentId && file.disposition !== 'attachment' && { contentId }),
  }
}
