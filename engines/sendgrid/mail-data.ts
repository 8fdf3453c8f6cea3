import type sendgrid from '@sendgrid/mail'
import { encodeWords } from 'nodemailer/lib/mime-funcs'
import type { Mailbox } from '../../mail/email/address.ts'
import type { Attachment } from '../../mail/email/email.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { encodedMailbox } from '../../mail/compose/encoded-mailbox.ts'
import { bodyOf } from './body.ts'
import { personalizationsOf } from './personalizations.ts'

type MailData = Exclude<Parameters<typeof sendgrid.send>[0], unknown[]>

/** A parcel in the words of `@sendgrid/mail`. */
export async function mailDataOf(parcel: Parcel, sandbox: boolean): Promise<MailData> {
  const { html, text, headers, attachments } = await bodyOf(parcel)
  const replyTo = parcel.replyTo.map(box)
  return {
    personalizations: personalizationsOf(parcel),
    from: box(parcel.from),
    ...(replyTo.length > 1 ? { replyToList: replyTo } : { replyTo: replyTo[0] }),
    subject: parcel.subject,
    content: contentOf(text, html),
    headers: headersOf(parcel, headers),
    attachments: attachments.map(attachmentOf),
    categories: categoriesOf(parcel),
    // Ours last: a tag of the same name must not cut the thread back to the email.
    customArgs: { ...tagsOf(parcel), postern_id: parcel.id },
    ...(sandbox && { mailSettings: { sandboxMode: { enable: true } } }),
  }
}

function box({ address, name }: Mailbox) {
  return { email: address, name }
}

interface Part {
  readonly type: string
  readonly value: string
}

/** text/plain must come first, and no part may be empty; an email without a body has a blank one. */
function contentOf(text = '', html = ''): [Part, ...Part[]] {
  const plain = { type: 'text/plain', value: text }
  const rich = { type: 'text/html', value: html }
  if (html === '') return [{ ...plain, value: text || ' ' }]
  return text === '' ? [rich] : [plain, rich]
}

/** SendGrid encodes no header (RFC 2047): that is left to the caller. */
function headersOf({ id, sender }: Parcel, headers: Readonly<Record<string, string>>) {
  const encoded = Object.entries(headers).map(([name, value]) => [
    name,
    encodeWords(value, 'Q', 52),
  ])
  return {
    ...(Object.fromEntries(encoded) as Record<string, string>),
    ...(sender && { Sender: encodedMailbox(sender) }),
    'X-Postern-Id': id,
  }
}

/** SendGrid takes ten categories of up to 255 ASCII characters, each once. */
function categoriesOf({ tags }: Parcel): string[] {
  const values = tags.filter(({ name }) => name === 'category').map(({ value }) => value)
  return [...new Set(values.filter((value) => /^[\x20-\x7e]{1,255}$/.test(value)))].slice(0, 10)
}

/** Event fields of SendGrid's webhook: a custom argument of that name would hide the real one. */
const eventFields =
  /^(email|event|timestamp|category|smtp-id|sg_.*|ip|tls|reason|status|response|attempt|type|url|useragent|asm_group_id|marketing_.*|bounce_.*)$/

/** All custom arguments together, in bytes. */
const mostArguments = 9_000

function tagsOf({ tags }: Parcel): Record<string, string> {
  let size = 0
  const fit = tags
    .filter(({ name }) => !eventFields.test(name))
    .filter(({ name, value }) => (size += name.length + value.length + 6) <= mostArguments)
  return Object.fromEntries(fit.map(({ name, value }) => [name, value]))
}

function attachmentOf({ filename, content, contentType, contentId }: Attachment) {
  return {
    filename,
    content,
    // Parameters are refused: SendGrid takes a `;` in a type for an attack.
    type: contentType.split(';')[0]!.trim(),
    // In the spelling of the wire: the library leaves the keys of attachments as they are.
    ...(contentId
      ? { disposition: 'inline', content_id: contentId }
      : { disposition: 'attachment' }),
  }
}
