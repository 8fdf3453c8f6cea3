import type { Email } from '../email/email.ts'
import type { Outcome } from '../email/outcome.ts'
import type { Suppression } from '../email/suppression.ts'
import { reasonsOf } from '../suppress/reasons.ts'
import type { Try } from './hand-off.ts'
import type { Turn } from './turn.ts'

/** Who may get an email now, and what became of those who may not. */
interface Parted {
  readonly open: readonly string[]
  readonly tries: readonly Try[]
}

/**
 * Keeps an email from those who are suppressed. Asked right before it is sent, so that what was
 * added meanwhile counts; when it cannot be asked the email waits, and goes to no one.
 */
export async function partSuppressed(
  { postern }: Turn,
  email: Email,
  addresses: readonly string[],
): Promise<Parted> {
  const { project, list } = email
  const at = postern.clock.now()
  const asTry = (recipients: readonly string[], outcome: Outcome): Try => ({
    engine: 'suppression',
    at,
    recipients,
    outcome,
  })
  let found: readonly Suppression[]
  try {
    found = await postern.suppressions.find({ project, addresses, ...(list && { list }) })
  } catch (error) {
    // Only the kind of error: its text may hold an address.
    const reason = `it cannot be asked who is suppressed: ${(error as Error).name}`
    return { open: [], tries: [asTry(addresses, { kind: 'blocked', reason })] }
  }
  const reasons = reasonsOf(email, addresses, found)
  const tries = [...new Set(reasons.values())].map((reason) => {
    const recipients = addresses.filter((address) => reasons.get(address) === reason)
    return asTry(recipients, { kind: 'suppressed', reason })
  })
  return { open: addresses.filter((address) => !reasons.has(address)), tries }
}
