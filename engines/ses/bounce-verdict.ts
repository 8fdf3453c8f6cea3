import { bounceOfStatus, type Signal } from '../../mail/email/signal.ts'

type BounceVerdict = Pick<Signal, 'kind' | 'bounce' | 'reported' | 'origin' | 'spared' | 'weighs'>

/**
 * What a bounce means that Amazon SES tells of
 * (https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types).
 *
 * Its types are not taken at their word: it calls some refusals of an address that does not exist
 * transient, so that the status decides where there is one; and it tells of automatic replies as
 * transient bounces without any report of a server.
 */
export function verdictOfBounce(
  type: string,
  subtype: string,
  { status, text }: Pick<Signal, 'status' | 'text'>,
): BounceVerdict {
  if (type === 'Permanent' && subtype in echoes) return echoes[subtype]!
  const reported = status !== undefined || text !== undefined
  const bounce = bounceOfStatus(status) ?? wordOf(type)
  if (type === 'Transient' && subtype === 'General' && !reported)
    return { kind: 'bounced', bounce: 'autoReply' }
  const weighs = reported || type === 'Permanent'
  return { kind: 'bounced', bounce, ...(weighs && type !== 'Undetermined' && { reported: true }) }
}

/** Of the provider's own, where no status says it. */
function wordOf(type: string): 'hard' | 'soft' {
  return type === 'Permanent' ? 'hard' : 'soft'
}

/** SES did not try: the address is on one of its lists, or it guesses that it does not exist. */
const echoes: Readonly<Record<string, BounceVerdict>> = {
  Suppressed: { kind: 'suppressed', origin: 'bounce', weighs: true },
  OnAccountSuppressionList: { kind: 'suppressed' },
  OnTenantSuppressionList: { kind: 'suppressed' },
  EmailValidationSuppressed: { kind: 'suppressed', spared: true },
  UnsubscribedRecipient: { kind: 'suppressed', spared: true },
}
