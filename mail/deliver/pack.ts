import { compose as composeHere } from '../compose/compose.ts'
import type { Content, Email } from '../email/email.ts'
import { mergeHeaders } from '../email/headers.ts'
import { withoutOrders } from '../email/provider-orders.ts'
import { applyFromPolicy } from '../settings/from-policy.ts'
import type { Compose } from '../ports/compose.ts'
import type { Parcel } from '../email/parcel.ts'
import type { Settings } from '../settings/settings.ts'

/** Whom a parcel is for: a part of the envelope, never more. */
interface Addressees {
  readonly recipients: readonly string[]
  /** Another address that gets it in their place. */
  readonly redirectTo?: string
  /** What makes the bytes, where the host has something better. */
  readonly compose?: Compose
}

/**
 * Makes the parcel of an email for some of its recipients: From policy applied, default headers
 * added, ready to be composed once however many engines ask for the bytes.
 */
export function pack(
  email: Email,
  content: Content,
  settings: Settings,
  { recipients, redirectTo, compose = composeHere }: Addressees,
): Parcel {
  const { from, sender, replyTo, envelopeFrom } = applyFromPolicy(email, settings)
  const given = content.kind === 'structured' ? withoutOrders(content.headers) : {}
  const letter = {
    id: email.id,
    project: email.project,
    messageId: email.messageId,
    // When it was asked to leave, not when it does: every copy has the same date.
    date: new Date(Math.max(email.createdAt, email.dueAt)),
    from,
    ...(sender && { sender }),
    replyTo,
    to: email.to,
    cc: email.cc,
    subject: redirectTo ? `${prefixOf(recipients)} ${email.subject}` : email.subject,
    headers: {
      ...mergeHeaders(settings.headers, given),
      ...(redirectTo && { 'X-Postern-Original-To': recipients.join(', ') }),
    },
    tags: email.tags,
    content,
    envelope: { from: envelopeFrom, to: redirectTo ? [redirectTo] : recipients },
  }
  let bytes: Promise<Uint8Array> | undefined
  return { ...letter, composed: () => (bytes ??= compose(letter)) }
}

function prefixOf(recipients: readonly string[]): string {
  const more = recipients.length > 1 ? ` and ${recipients.length - 1} more` : ''
  return `[to ${recipients[0]}${more}]`
}
