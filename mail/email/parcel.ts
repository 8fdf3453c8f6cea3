import type { Mailbox } from './address.ts'
import type { Content, Envelope, Tag } from './email.ts'

/**
 * What an engine is handed: one email as it is to leave now, the From policy applied.
 *
 * Engines that speak SMTP send `envelope` and `composed()`. Engines that build the email
 * themselves read the parts; where they cannot separate envelope from headers, the envelope
 * wins: only recipients in it get mail.
 */
export interface Parcel {
  readonly id: string
  readonly project: string
  readonly messageId: string
  readonly date: Date
  readonly from: Mailbox
  /** Who really sends it, where that differs from From (RFC 5322 section 3.6.2). */
  readonly sender?: Mailbox
  readonly replyTo: readonly Mailbox[]
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly subject: string
  /** Header fields in addition to those above; checked names and values. */
  readonly headers: Readonly<Record<string, string>>
  readonly tags: readonly Tag[]
  readonly content: Content
  readonly envelope: Envelope
  /** The whole email as bytes, lines ending in CRLF, without Bcc; composed once, on first use. */
  readonly composed: () => Promise<Uint8Array>
}

/** A parcel that has no bytes yet: what composing makes them from. */
export type Uncomposed = Omit<Parcel, 'composed'>
