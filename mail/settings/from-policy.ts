import { comparisonKey, type Mailbox } from '../email/address.ts'
import type { Email } from '../email/email.ts'
import type { Settings } from './settings.ts'

/** Who stands where on an email. */
interface Identity {
  readonly from: Mailbox
  readonly sender?: Mailbox
  readonly replyTo: readonly Mailbox[]
  /** SMTP MAIL FROM: where bounces go. */
  readonly envelopeFrom: string
}

/**
 * Decides From, Sender, Reply-To and the envelope sender, the same on every engine.
 *
 * A missing From is always the default one, keeping the caller's name if there is one. `caller`
 * takes From, Sender and the envelope sender as given; `onBehalf` puts the default identity in
 * Sender and envelope, so that bounces and SPF are its own; `default` puts it in From too and the
 * caller in Reply-To. A null sender stays one under all: an answer to it could be answered by a
 * machine again (RFC 5321 section 4.5.5).
 *
 * @throws Error when a default address is needed and none is set: accepting refuses such an email.
 */
export function applyFromPolicy(
  email: Pick<Email, 'from' | 'sender' | 'envelopeFrom' | 'replyTo'>,
  settings: Pick<Settings, 'from' | 'fromPolicy' | 'replyTo'>,
): Identity {
  const own = mailboxOf(settings.from)
  const caller = mailboxOf(email.from)
  const from = caller ?? withName(required(own), email.from.name)
  const ownReplyTo = email.replyTo.length > 0 ? email.replyTo : undefined
  const replyTo = ownReplyTo ?? (settings.replyTo ? [{ address: settings.replyTo }] : [])
  const { sender: given, envelopeFrom } = email
  const bouncesTo = (address: string) => (envelopeFrom === '' ? '' : address)
  switch (settings.fromPolicy) {
    case 'caller':
      return {
        from,
        ...(caller && given && { sender: given }),
        replyTo,
        envelopeFrom: envelopeFrom ?? from.address,
      }
    case 'onBehalf': {
      const sender = required(own)
      const differs = !same(sender, from)
      return { from, ...(differs && { sender }), replyTo, envelopeFrom: bouncesTo(sender.address) }
    }
    case 'default': {
      const sender = caller ? required(own) : from
      const elsewhere = caller && !same(caller, sender)
      return {
        from: sender,
        replyTo: ownReplyTo ?? (elsewhere ? [caller] : replyTo),
        envelopeFrom: bouncesTo(sender.address),
      }
    }
  }
}

function mailboxOf({ address, name }: { address?: string | null; name?: string | null }) {
  return address ? { address, ...(name && { name }) } : undefined
}

function same(one: Mailbox, other: Mailbox): boolean {
  return comparisonKey(one.address) === comparisonKey(other.address)
}

function withName(mailbox: Mailbox, name: string | undefined): Mailbox {
  return name ? { ...mailbox, name } : mailbox
}

export const noDefaultSender = 'no default sender address is set (settings: from.address)'

function required(own: Mailbox | undefined): Mailbox {
  if (!own) throw new Error(noDefaultSender)
  return own
}
