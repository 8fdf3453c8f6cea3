import type { Mailbox } from '../../mail/email/address.ts'
import type { Attachment } from '../../mail/email/email.ts'

/** What a provider builds an email from, besides recipients and subject. */
export interface Body {
  readonly html?: string
  /** A provider wants one of the two: an email without a body has a blank text. */
  readonly text?: string
  /** Fields that a caller may set, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly attachments: readonly Attachment[]
  readonly replyTo: readonly Mailbox[]
  readonly sender?: Mailbox
}
