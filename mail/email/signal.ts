/**
 * Where a signal comes from.
 *
 * - `ses`, `sendgrid`: what the provider tells of an email that it took.
 * - `returned`: an email that came back to us: a report (RFC 3464) or a complaint (RFC 5965).
 * - `engine`: what a server said while an email was handed to it.
 * - `capture`: the signals that test addresses ask for.
 */
export const signalSources = ['ses', 'sendgrid', 'returned', 'engine', 'capture'] as const

/**
 * What a signal says became of an email.
 *
 * - `accepted`: the provider took it: proof where an attempt was left in doubt.
 * - `delivered`: the receiving server took it.
 * - `delayed`: the provider still tries.
 * - `bounced`: it came back; `bounce` says how bad that is.
 * - `complained`: the recipient called it spam.
 * - `suppressed`: the provider did not try, because the address is on a list of its own.
 * - `rejected`: the provider took it and then refused to send it.
 * - `opened`, `clicked`: told as events, and change nothing.
 * - `unsubscribed`: the recipient wants no more, of `list` if that is named.
 */
export const signalKinds = [
  'accepted',
  'delivered',
  'delayed',
  'bounced',
  'complained',
  'suppressed',
  'rejected',
  'opened',
  'clicked',
  'unsubscribed',
] as const

/**
 * - `hard`: the address does not work; it gets nothing more.
 * - `policy`: about the sender or what was sent (5.7.x), never about the address.
 * - `soft`: this time, or this email.
 * - `autoReply`: no bounce at all, but a person's automatic answer.
 */
export const bounceKinds = ['hard', 'soft', 'policy', 'autoReply'] as const

export type SignalSource = (typeof signalSources)[number]
export type SignalKind = (typeof signalKinds)[number]
export type BounceKind = (typeof bounceKinds)[number]

/** What a provider or a returned email says became of one email for one recipient. */
export interface Signal {
  readonly source: SignalSource
  /**
   * The same for every copy of this signal and for no other: the provider's own id, its kind and
   * recipient; or a hash of a returned email. It counts once.
   */
  readonly key: string
  readonly kind: SignalKind
  /**
   * Milliseconds since the epoch: when it happened, as the source says. The same in every copy,
   * never when it came: ids are made from it.
   */
  readonly at: number
  /**
   * The email it speaks of, where that is **proven**: by a tag that only we set, or a token whose
   * signature was checked. Absent: found by its address, or only the address is known.
   */
  readonly emailId?: string
  /** In the source's own spelling. Absent: the only recipient of the email. */
  readonly address?: string
  /** The address may be one that the email was forwarded to: else the only recipient is meant. */
  readonly forwarded?: true
  /** Of `bounced`. */
  readonly bounce?: BounceKind
  /** A server's report stands behind it: it outweighs an earlier or later `delivered`. */
  readonly reported?: true
  /** Enhanced status code (RFC 3463), as in `5.1.1`. */
  readonly status?: string
  /** The source's own word for it, as in `Permanent/General`; its vocabulary, not ours. */
  readonly word?: string
  /** The server's words, bounded and on one line (`remoteText`). */
  readonly text?: string
  /** Of `suppressed`: why the address is on the provider's list, where it says so. */
  readonly origin?: 'bounce' | 'complaint'
  /** The provider guesses, or wants no suppression: the address stays as it is in our list. */
  readonly spared?: true
  /** Of `suppressed`: the provider counts it against the sender, as it does a bounce. */
  readonly weighs?: true
  /** Of `unsubscribed`: from this list alone. */
  readonly list?: string
  /** Of `opened` and `clicked`. */
  readonly visit?: Visit
}

/** Who opened or clicked; most often a program. */
export interface Visit {
  readonly link?: string
  readonly userAgent?: string
  readonly ip?: string
  /** Known to be a program, or known not to be. */
  readonly automated?: boolean
}

/**
 * How bad a bounce is by its enhanced status code (RFC 3463), whatever else its source calls it.
 * Undefined where the code decides nothing: then the source's own word does.
 */
export function bounceOfStatus(status: string | undefined): BounceKind | undefined {
  if (!status) return undefined
  if (/^5\.(?:1\.(?:1|2|3|6|10)|2\.1)$/.test(status)) return 'hard'
  if (/^5\.7\.\d{1,3}$/.test(status)) return 'policy'
  return undefined
}

/** The first enhanced status code in a server's words, unless it is a part of something longer. */
export function statusIn(text: string | undefined): string | undefined {
  return text && /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/.exec(text)?.[0]
}
