import type sendgrid from '@sendgrid/mail'
import type { Mailbox } from '../../mail/email/address.ts'
import type { Attachment } from '../../mail/email/email.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { bodyOf } from '../http/body.ts'
import { encodedFields } from '../http/header-fields.ts'
import { personalizationsOf } from './personalizations.ts'

type MailData = Exclude<Parameters<typeof sendgrid.send>[0], unknown[]>

/** A parcel in the words of `@sendgrid/mail`. */
export async function mailDataOf(parcel: Parcel, sandbox: boolean): Promise<MailData> {
  const body = await bodyOf(parcel, abilities)
  const { html, text, attachments } = body
  const replyTo = body.replyTo.map(box)
  return {
    personalizations: personalizationsOf(parcel),
    from: box(parcel.from),
    ...(replyTo.length > 1 ? { replyToList: replyTo } : { replyTo: replyTo[0] }),
    subject: parcel.subject,
    content: contentOf(text, html),
    headers: Object.fromEntries(encodedFields(body, parcel)),
    attachments: attachments.map(attachmentOf),
    categories: categoriesOf(parcel),
    // Ours last: a tag of the same name must not cut the thread back to the email.
    customArgs: { ...tagsOf(parcel), postern_id: parcel.id },
    ...(sandbox && { mailSettings: { sandboxMode: { enable: true } } }),
  }
}

/** It takes a `;` in a type for an attack, and headers as an object. */
const abilities = { typeParameters: false, repeatedHeaders: false }

function box({ address, name }: Mailbox) {
  return { email: address, name }
}

interface Part {
  readonly type: string
  readonly value: string
}

/** text/plain must come first, and no part may be empty. */
function contentOf(text: string | undefined, html: string | undefined): [Part, ...Part[]] {
  const parts = [
    ...(text ? [{ type: 'text/plain', value: text }] : []),
    ...(html ? [{ type: 'text/html', value: html }] : []),
  ]
  return parts as [Part, ...Part[]]
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
    type: contentType,
    // In the spelling of the wire: the library leaves the keys of attachments as they are.
    ...(contentId
      ? { disposition: 'inline', content_id: contentId }
      : { disposition: 'attachment' }),
  }
}
