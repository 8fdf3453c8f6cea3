import type { Signal } from '../email/signal.ts'
import type { SuppressionCause, SuppressionReason } from '../email/suppression.ts'

/**
 * Why a signal suppresses its address; undefined where it does not. Never for what concerns the
 * sender or this email alone, never for an answer of a machine, never for a test address.
 */
export function causeOf(signal: Signal, emailId?: string): SuppressionCause | undefined {
  const { source, at, status, text, address } = signal
  const reason = reasonOf(signal)
  if (!reason || signal.spared || source === 'capture') return undefined
  return {
    reason,
    at,
    by: source,
    ...(emailId && { emailId }),
    ...(status && { status }),
    ...(text && { text }),
    // Its own list compares by exact case.
    ...(source === 'ses' && address && { spelling: address }),
  }
}

function reasonOf({ kind, bounce, origin }: Signal): SuppressionReason | undefined {
  switch (kind) {
    case 'bounced':
      return bounce === 'hard' ? 'bounce' : undefined
    case 'complained':
      return 'complaint'
    case 'suppressed':
      return origin ?? 'bounce'
    case 'unsubscribed':
      return 'unsubscribe'
    default:
      return undefined
  }
}
