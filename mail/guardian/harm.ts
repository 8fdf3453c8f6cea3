import type { Email } from '../email/email.ts'
import type { Signal } from '../email/signal.ts'
import type { SenderCount, SenderTally } from '../ports/reputation.ts'
import { senderOf } from './sender.ts'

/**
 * What a signal takes from the name of its sender, in the hour in which the email was sent; undefined
 * for most. Neither a soft bounce nor an address that a provider had on its own list counts, as
 * they do not with Amazon SES.
 */
export function harmOf(email: Email, signal: Signal): SenderCount | undefined {
  const harm = signal.source === 'capture' ? undefined : kindOf(signal)
  const at = email.settledAt ?? signal.at
  return harm && { ...senderOf(email, email.timeline), at, ...harm }
}

function kindOf({ kind, bounce, weighs }: Signal): Partial<SenderTally> | undefined {
  if (kind === 'complained') return { complained: 1 }
  return weighs || (kind === 'bounced' && bounce === 'hard') ? { bounced: 1 } : undefined
}
