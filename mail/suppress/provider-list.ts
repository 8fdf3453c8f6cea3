import { comparisonKey, parseAddress } from '../email/address.ts'
import { allProjects } from '../email/project.ts'
import type { Signal } from '../email/signal.ts'
import type { SuppressedPlace, Suppression } from '../email/suppression.ts'
import type { Removal, Suppressions } from '../ports/suppressions.ts'
import { placeKey } from './record.ts'

/** An address on a provider's own list of those that it sends nothing to. */
export interface ListedAddress {
  /** In the provider's spelling, which it may compare by exact case. */
  readonly address: string
  readonly reason: 'bounce' | 'complaint'
  /** Since when, in milliseconds since the epoch. */
  readonly at: number
}

/** A provider's own list: it takes an email to an address on it, and does not send it. */
export interface ProviderList {
  /** Everything on it, page by page, as fast as the provider allows. */
  pages(stopping: AbortSignal): AsyncIterable<readonly ListedAddress[]>
  /** Why an address is on it; undefined where it is not. */
  reasonOf(spelling: string): Promise<ListedAddress['reason'] | undefined>
  /** Takes it off; one that is not on it is no fault. */
  remove(spelling: string): Promise<void>
  close(): void
}

/**
 * Adds to ours what a provider has on its list and we have in no project: its events are not promised
 * to come. What is there already only learns how the provider spells it.
 *
 * @param projects all that there are
 * @returns how many were missing
 */
export async function addMissing(
  suppressions: Suppressions,
  projects: readonly string[],
  listed: readonly ListedAddress[],
): Promise<number> {
  const fit = listed.filter(({ address }) => 'address' in parseAddress(address, 'local'))
  const known = await knownOf(suppressions, projects, fit)
  let added = 0
  for (const { address, reason, at } of fit) {
    const same = (known.get(comparisonKey(address)) ?? []).filter(({ causes }) =>
      causes.some((cause) => cause.reason === reason),
    )
    const isSpelled = same.some(({ causes }) => causes.some(({ spelling }) => spelling === address))
    if (isSpelled) continue
    const { project = allProjects } = same[0] ?? {}
    const cause = { reason, at, by: 'ses', spelling: address }
    const { isNew } = await suppressions.add({ project, address }, cause)
    if (isNew) added += 1
  }
  return added
}

async function knownOf(
  suppressions: Suppressions,
  projects: readonly string[],
  listed: readonly ListedAddress[],
) {
  const addresses = listed.map(({ address }) => address)
  const known = new Map<string, Suppression[]>()
  for (const project of projects)
    for (const found of await suppressions.find({ project, addresses })) {
      const key = comparisonKey(found.address)
      known.set(key, [...(known.get(key) ?? []), found])
    }
  return known
}

/**
 * The same list, from which nothing is removed before the provider has taken it off its own, in the
 * provider's spelling: else the next email would come back, and suppress the address again.
 */
export function withProviderList(
  suppressions: Suppressions,
  unlist: (spellings: readonly string[]) => Promise<void>,
): Suppressions {
  return {
    ...suppressions,
    async remove(place, removal) {
      const spellings = await spellingsIn(suppressions, place, removal)
      if (spellings.length > 0) await unlist(spellings)
      return suppressions.remove(place, removal)
    },
  }
}

async function spellingsIn(
  suppressions: Suppressions,
  place: SuppressedPlace,
  { reasons }: Removal,
): Promise<readonly string[]> {
  const { project, address, list } = place
  const found = await suppressions.find({ project, addresses: [address], ...(list && { list }) })
  const causes = found
    .filter((one) => placeKey(one) === placeKey(place))
    .flatMap((one) => one.causes.map((cause) => ({ ...cause, address: one.address })))
    .filter(({ reason, spelling }) => spelling && (reasons?.includes(reason) ?? true))
  // It has what it was sent to, or what a server's report named.
  return [...new Set(causes.flatMap(({ spelling, address }) => [spelling!, address]))]
}

/** The same signal, with why the provider has the address on its list, where it does not say so. */
export async function withOrigin(
  signal: Signal,
  reasonOf: ProviderList['reasonOf'],
): Promise<Signal> {
  const { source, kind, origin, spared, address } = signal
  const isEcho = source === 'ses' && kind === 'suppressed' && !spared
  if (!isEcho || origin || address === undefined) return signal
  const found = await reasonOf(address).catch(() => undefined)
  return found ? { ...signal, origin: found } : signal
}
