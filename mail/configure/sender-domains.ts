import { domainOf } from '../email/address.ts'
import type { Postern } from '../ports/postern.ts'
import { saveSettings } from './save.ts'
import type { Settings } from '../settings/settings.ts'

/** What became of a change to the sender domains. */
export type DomainsChanged =
  | { readonly kind: 'changed' }
  /** It exists already, or did not exist. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'invalid'; readonly reason: string }

/**
 * Adds a sender domain. With the first one, other domains are no longer allowed, so the domain of
 * the default sender, which was allowed until then, is added too.
 */
export function addSenderDomain(postern: Postern, domain: string): Promise<DomainsChanged> {
  return change(postern, ({ senderDomains, from }) => {
    const known = senderDomains ?? (from.address === null ? [] : [domainOf(from.address)])
    return senderDomains?.includes(domain) ? senderDomains : [...new Set([...known, domain])]
  })
}

/** Removes a sender domain. With the last one the limit is gone: all domains may send again. */
export function removeSenderDomain(postern: Postern, domain: string): Promise<DomainsChanged> {
  return change(postern, ({ senderDomains }) => {
    if (!senderDomains?.includes(domain)) return senderDomains
    const left = senderDomains.filter((other) => other !== domain)
    return left.length > 0 ? left : null
  })
}

type Domains = Settings['senderDomains']

/** Changes the one setting, again from the start when someone else saved in the meantime. */
async function change(
  postern: Postern,
  next: (settings: Settings) => Domains,
): Promise<DomainsChanged> {
  if (postern.inForce.locks['senderDomains'] !== undefined) return { kind: 'locked' }
  for (;;) {
    const { settings, saved, version } = await postern.inForce.refresh()
    const senderDomains = next(settings)
    if (senderDomains === settings.senderDomains) return { kind: 'unchanged' }
    // No engine has to be asked whether it would take mail with another list of senders.
    const wish = { settings: { ...saved, senderDomains }, version, force: true }
    const end = await saveSettings(postern, wish)
    if (end.kind === 'invalid')
      return {
        kind: 'invalid',
        reason: end.faults.map(({ path, rule }) => `${path}: ${rule}`).join('; '),
      }
    if (end.kind !== 'saved') continue
    return { kind: 'changed' }
  }
}
