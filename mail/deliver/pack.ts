import { compose } from '../compose/compose.ts'
import type { Content, Email } from '../email/email.ts'
import { mergeHeaders } from '../email/headers.ts'
import { applyFromPolicy } from '../settings/from-policy.ts'
import type { Parcel } from '../email/parcel.ts'
import type { Settings } from '../settings/settings.ts'

/** Another place to send a parcel to than the one it was meant for. */
export interface Redirect {
  readonly to: string
  readonly instead: readonly string[]
}

/**
 * Makes the parcel of an email for some of its recipients: From policy applied, default headers
 * added, ready to be composed once however many engines ask for the bytes.
 *
 * @param recipients who gets it: a part of the envelope, never more
 */
export function pack(
  email: Email,
  content: Content,
  settings: Settings,
  recipients: readonly string[],
  redirect?: Redirect,
): Parcel {
  const { from, sender, replyTo, envelopeFrom } = applyFromPolicy(email, settings)
  const given = content.kind === 'structured' ? content.headers : {}
  const letter = {
    id: email.id,
    messageId: email.messageId,
    // When it was asked to leave, not when it does: every copy has the same date.
    date: new Date(Math.max(email.createdAt, email.dueAt)),
    from,
    ...(sender && { sender }),
    replyTo,
    to: email.to,
    cc: email.cc,
    subject: redirect ? `${prefixOf(redirect)} ${email.subject}` : email.subject,
    headers: {
      ...mergeHeaders(settings.headers, given),
      ...(redirect && { 'X-Postern-Original-To': redirect.instead.join(', ') }),
    },
    tags: email.tags,
    content,
    envelope: { from: envelopeFrom, to: redirect ? [redirect.to] : recipients },
  }
  let bytes: Promise<Uint8Array> | undefined
  return { ...letter, composed: () => (bytes ??= compose(letter)) }
}

function prefixOf({ instead }: Redirect): string {
  const more = instead.length > 1 ? ` and ${instead.length - 1} more` : ''
  return `[to ${instead[0]}${more}]`
}
