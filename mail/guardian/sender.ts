import { domainOf } from '../email/address.ts'
import type { Email, TimelineEntry } from '../email/email.ts'
import { sentFrom } from '../email/sent-from.ts'
import type { SenderName } from '../ports/reputation.ts'
import type { Settings } from '../settings/settings.ts'

/** Who sent an email, by what its attempts say. */
export function senderOf(
  { project, from }: Pick<Email, 'project' | 'from'>,
  timeline: readonly TimelineEntry[],
): SenderName {
  return { project, domain: domainIn(sentFrom({ from, timeline })) }
}

/** Who will send one that has not left yet. */
export function senderToBe(
  { project, from }: Pick<Email, 'project' | 'from'>,
  settings: Pick<Settings, 'from' | 'fromPolicy'>,
): SenderName {
  const own = settings.from.address ?? undefined
  const address = settings.fromPolicy === 'default' ? (own ?? from.address) : (from.address ?? own)
  return { project, domain: domainIn(address) }
}

function domainIn(address = ''): string {
  return address.includes('@') ? domainOf(address) : unknownDomain
}

/** Of an email without a sender; and of all beyond those that are counted one by one. */
export const unknownDomain = '*'
