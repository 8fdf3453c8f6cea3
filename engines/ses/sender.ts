import { domainOf } from '../../mail/email/address.ts'
import { remoteText, type Verdict } from '../../mail/email/outcome.ts'

/**
 * Whether SES knows a sender as verified: as a domain, as one that its domain is part of, or as the
 * address itself. Any of them is enough.
 *
 * @param isVerified asks GetEmailIdentity; throws its errors
 */
export async function verdictOfSender(
  address: string,
  isVerified: (identity: string) => Promise<boolean>,
): Promise<Verdict> {
  const found: string[] = []
  let wasAnswered = false
  try {
    for (const identity of [...domainsOf(address), address]) {
      const verified = await isVerified(identity).catch(notFound)
      if (verified) return { valid: true }
      wasAnswered = true
      if (verified === false) found.push(identity)
    }
  } catch (error) {
    const { name } = error as Error
    // What the role may ask about was not known: SES would not take it from what is left.
    if (name === 'AccessDeniedException' && wasAnswered)
      return { valid: false, reason: cureFor(address, found) }
    return { valid: true, warnings: [unasked(address, error as Error)] }
  }
  return { valid: false, reason: cureFor(address, found) }
}

/** The domain and those above it, but no top-level domain: SES verifies all below with one. */
function domainsOf(address: string): string[] {
  const labels = domainOf(address).split('.')
  const domains = labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'))
  return domains.slice(0, mostDomains)
}

/** SES answers about one such question per second. */
const mostDomains = 4

function notFound(error: Error): undefined {
  if (error.name !== 'NotFoundException') throw error
}

function unasked(address: string, { name, message }: Error): string {
  const why =
    name === 'AccessDeniedException'
      ? 'this role may not call ses:GetEmailIdentity'
      : remoteText(`${name}: ${message}`)
  return `whether SES has verified the sender ${address} could not be checked: ${why}`
}

function cureFor(address: string, found: readonly string[]): string {
  if (found.length === 0)
    return `SES does not know the sender ${address}: create the identity ${domainOf(address)} in the SES console of this region and publish its DKIM records`
  return `SES has not verified ${found.join(' or ')} for the sender ${address}: publish the DKIM records that the SES console shows, or follow the link in the email it sent to the address`
}
