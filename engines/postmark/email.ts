import { formatMailbox, type Mailbox } from '../../mail/email/address.ts'
import type { Attachment } from '../../mail/email/email.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { bodyOf } from '../http/body.ts'
import { encodedFields } from '../http/header-fields.ts'
import { firstAddressees } from '../http/recipients.ts'

/** To, Cc and Bcc together. */
const mostRecipients = 50

/** https://postmarkapp.com/support/article/1101-how-do-i-send-calendar-invites-with-postmark */
const abilities = { typeParameters: true, repeatedHeaders: true }

/**
 * A parcel as the body of `POST /email`.
 *
 * @throws CannotCarry when Postmark would build another email
 */
export async function emailOf(parcel: Parcel, messageStream: string | null) {
  const body = await bodyOf(parcel, abilities)
  const { to, cc, hidden, left } = firstAddressees(parcel, mostRecipients)
  const email = {
    From: formatMailbox(parcel.from),
    To: list(to),
    ...(cc.length > 0 && { Cc: list(cc) }),
    ...(hidden.length > 0 && { Bcc: hidden.join(', ') }),
    ...(body.replyTo.length > 0 && { ReplyTo: list(body.replyTo) }),
    Subject: parcel.subject,
    ...(body.html !== undefined && { HtmlBody: body.html }),
    ...(body.text !== undefined && { TextBody: body.text }),
    Headers: [...encodedFields(body, parcel), ...ownMessageId(parcel)].map(([Name, Value]) => ({
      Name,
      Value,
    })),
    ...tagOf(parcel),
    Metadata: metadataOf(parcel),
    ...(messageStream !== null && { MessageStream: messageStream }),
    ...(body.attachments.length > 0 && { Attachments: body.attachments.map(attachmentOf) }),
  }
  return { email, left }
}

function list(mailboxes: readonly Mailbox[]): string {
  return mailboxes.map(formatMailbox).join(', ')
}

/** Without `X-PM-KeepID` Postmark writes an id of its own. */
function ownMessageId({ messageId }: Parcel) {
  return [
    ['X-PM-KeepID', 'true'],
    ['Message-ID', messageId],
  ] as const
}

/** Postmark takes one tag, of up to 1,000 characters. */
function tagOf({ tags }: Parcel) {
  const category = tags.find(({ name }) => name === 'category')?.value
  return category ? { Tag: category.slice(0, 1_000) } : {}
}

/** Ten fields at most, names of up to 20 characters, values of up to 80. Ours is one. */
function metadataOf({ id, tags }: Parcel): Record<string, string> {
  const fit = tags.filter(
    ({ name, value }) => name !== 'category' && /^[\w-]{1,20}$/.test(name) && value.length <= 80,
  )
  const own = fit.map(({ name, value }) => [name, value] as const).slice(0, 9)
  return { ...(Object.fromEntries(own) as Record<string, string>), postern_id: id }
}

function attachmentOf({ filename, content, contentType, contentId }: Attachment) {
  return {
    Name: filename,
    Content: content,
    ContentType: contentType,
    ...(contentId && { ContentID: `cid:${contentId}` }),
  }
}
