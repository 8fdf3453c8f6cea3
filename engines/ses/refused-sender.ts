import { comparisonKey, domainOf } from '../../mail/email/address.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Parcel } from '../../mail/email/parcel.ts'

/**
 * A refusal of AWS's own policies that names an identity: `... is not authorized to perform
 * `ses:SendRawEmail' on resource `arn:aws:ses:<region>:<account>:identity/<name>'`. It is about one
 * sender where that is not the one all others depend on; then this email waits, and nothing else.
 *
 * @param defaultSender of the settings, where there is one
 */
export function ofSender(outcome: Outcome, parcel: Parcel, defaultSender: string | null): Outcome {
  if (outcome.kind !== 'blocked' || !outcome.reason.startsWith('AccessDenied')) return outcome
  const named = /:identity\/([^\s'"`]+)/.exec(outcome.reason)?.[1]
  if (named === undefined || defaultSender === null) return outcome
  const isAboutAll =
    covers(named, defaultSender) || domainOf(parcel.from.address) === domainOf(defaultSender)
  return isAboutAll ? outcome : { ...outcome, doubtful: true, ofSender: true }
}

/** Whether an identity, an address or a domain, stands for an address: with all domains below it. */
function covers(identity: string, address: string): boolean {
  if (identity.includes('@')) return comparisonKey(identity) === comparisonKey(address)
  return `.${domainOf(address)}`.endsWith(`.${identity.toLowerCase()}`)
}
