import { comparisonKey } from '../email/address.ts'
import type { Email } from '../email/email.ts'
import type { Suppression } from '../email/suppression.ts'

/** What of an email decides which suppressions count for it. */
type Asking = Pick<Email, 'ignoreSuppressions'>

/**
 * Why each of these addresses gets nothing, in words for a person; one that may get the email is not
 * among them.
 *
 * @param found what suppresses them, in the email's project and in all
 */
export function reasonsOf(
  { ignoreSuppressions = [] }: Asking,
  addresses: readonly string[],
  found: readonly Suppression[],
): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>()
  if (found.length === 0) return reasons
  const words = new Map<string, string[]>()
  for (const { address, list, causes } of found) {
    const counting = causes.filter(({ reason }) => !ignoreSuppressions.includes(reason))
    const told = counting.map(({ reason }) => (list === undefined ? reason : `${reason} (${list})`))
    const key = comparisonKey(address)
    words.set(key, [...new Set([...(words.get(key) ?? []), ...told])])
  }
  for (const address of addresses) {
    const told = words.get(comparisonKey(address)) ?? []
    if (told.length > 0) reasons.set(address, `suppressed: ${told.sort().join(', ')}`)
  }
  return reasons
}
