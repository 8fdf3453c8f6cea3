export const suppressionReasons = ['bounce', 'complaint', 'unsubscribe', 'manual'] as const

/**
 * Why an address gets nothing: it does not exist, its owner called an email spam, its owner said no
 * to a list or to everything, or a person put it there.
 */
export type SuppressionReason = (typeof suppressionReasons)[number]

/** How a list may be named: SendGrid's groups have numbers, Resend's topics UUIDs. */
export const listName = /^[\w.-]{1,64}$/

/** An address that gets nothing in a project, or nothing from one of its lists. */
export interface Suppression extends SuppressedPlace {
  /** UUIDv7 (RFC 9562), of the time when it was first suppressed. */
  readonly id: string
  /** As it was spelled when it was first suppressed. */
  readonly address: string
  /** At least one, each reason once, the first given first. Removed once there is none left. */
  readonly causes: readonly SuppressionCause[]
}

/** What is suppressed; an address is suppressed once in each place. */
export interface SuppressedPlace {
  /** One project, or `*`: in all of them. */
  readonly project: string
  readonly address: string
  /** Only emails that name this list, and only after an unsubscribe; absent: every email. */
  readonly list?: string
}

/** One reason, where it comes from and since when. */
export interface SuppressionCause {
  readonly reason: SuppressionReason
  readonly at: number
  /** The key that asked for it, or what told of it: `ses`, `sendgrid`, `smtp`, `recipient`, ... */
  readonly by: string
  /** The email that it is about. */
  readonly emailId?: string
  /** Enhanced status code (RFC 3463), where one was given. */
  readonly status?: string
  /** The remote's own words, bounded and on one line. */
  readonly text?: string
  /** As the provider's own list spells the address, which may compare by exact case (SES does). */
  readonly spelling?: string
}

/** What was done with a suppression. */
export interface SuppressionEntry {
  readonly at: number
  readonly what: 'added' | 'removed'
  readonly reason: SuppressionReason
  readonly by: string
  readonly emailId?: string
}
