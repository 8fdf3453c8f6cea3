import { createHash } from 'node:crypto'
import type { Attachment } from '../../mail/email/email.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { bodyOf } from '../http/body.ts'
import { encodedFields } from '../http/header-fields.ts'
import { firstAddressees } from '../http/recipients.ts'
import { fitTags } from '../http/tags.ts'
import { refuseMismatch } from './file-names.ts'
import { mailboxText, senderText } from './mailbox.ts'

/** Recipients of one email, all fields together: what Amazon SES, which Resend sends by, takes. */
const mostRecipients = 50

/** Only letters, digits, `_` and `-`. */
const tagRules = { unfit: /[^\w-]/g, most: 50, longest: 256 }

/** It says nothing of parameters, and takes headers as an object. */
const abilities = { typeParameters: false, repeatedHeaders: false }

/**
 * A parcel as the body of `POST /emails`.
 *
 * @throws CannotCarry when Resend would build another email, or drop it without a word
 */
export async function emailOf(parcel: Parcel) {
  const body = await bodyOf(parcel, abilities)
  body.attachments.forEach(refuseMismatch)
  const { to, cc, hidden, left } = firstAddressees(parcel, mostRecipients)
  const email = {
    from: senderText(parcel.from),
    to: to.map(mailboxText),
    ...(cc.length > 0 && { cc: cc.map(mailboxText) }),
    ...(hidden.length > 0 && { bcc: hidden }),
    ...(body.replyTo.length > 0 && { reply_to: body.replyTo.map(mailboxText) }),
    subject: parcel.subject,
    ...(body.html !== undefined && { html: body.html }),
    // Resend makes a text of its own where none is given; an empty one says that there is none.
    text: body.text ?? '',
    headers: Object.fromEntries(encodedFields(body, parcel)),
    tags: fitTags(parcel.id, parcel.tags, tagRules).map(([name, value]) => ({ name, value })),
    ...(body.attachments.length > 0 && { attachments: body.attachments.map(attachmentOf) }),
  }
  return { email, left }
}

function attachmentOf({ filename, content, contentType, contentId }: Attachment) {
  return {
    filename,
    content,
    content_type: contentType,
    ...(contentId && { content_id: contentId }),
  }
}

/**
 * Resend sends a request with a key once in 24 hours and answers a repeated one as it did before.
 * What is in the key is all that the request says: with the same key and another request it would
 * answer 409 for a day.
 */
export function idempotencyKeyOf({ id }: Parcel, request: Uint8Array): string {
  const digest = createHash('sha256').update(request).digest('hex')
  return `${id}/${digest.slice(0, 32)}`
}
