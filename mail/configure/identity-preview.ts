import { formatMailbox, type Mailbox } from '../email/address.ts'
import { applyFromPolicy, noDefaultSender } from '../settings/from-policy.ts'
import type { Postern } from '../ports/postern.ts'
import type { SavedSettings, SettingsFault } from '../settings/layers.ts'
import { resolveSettings } from '../settings/settings.ts'

type IdentityPreview =
  | {
      readonly kind: 'shown'
      /** From, Sender and Reply-To, as far as they would be there, not encoded. */
      readonly headers: readonly { readonly name: string; readonly value: string }[]
      /** SMTP MAIL FROM. */
      readonly envelopeFrom: string
    }
  | { readonly kind: 'invalid'; readonly faults: readonly SettingsFault[] }

/** What the From policy is made of: nothing else in the settings can change it. */
const parts = ['from', 'fromPolicy', 'replyTo']

/**
 * Shows who would stand in the headers of an email under these settings: what a policy does is
 * easier seen than said. Other faults in the settings do not matter here.
 *
 * @param wanted what is saved now unless given
 */
export async function previewIdentity(
  { inForce }: Postern,
  wanted: SavedSettings | undefined,
  email: { readonly from?: Mailbox; readonly replyTo: readonly Mailbox[] },
): Promise<IdentityPreview> {
  const { defaults, locks } = inForce
  const all = wanted ?? (await inForce.refresh()).saved
  const saved = Object.fromEntries(Object.entries(all).filter(([key]) => parts.includes(key)))
  const resolved = resolveSettings({ defaults, saved, locks })
  if ('faults' in resolved) return { kind: 'invalid', faults: resolved.faults }
  const { settings } = resolved
  if (!email.from && settings.from.address === null) return { kind: 'invalid', faults: [nobody] }
  const identity = applyFromPolicy({ from: email.from ?? {}, replyTo: email.replyTo }, settings)
  const { from, sender, replyTo, envelopeFrom } = identity
  const headers = [
    { name: 'From', value: formatMailbox(from) },
    ...(sender ? [{ name: 'Sender', value: formatMailbox(sender) }] : []),
    ...(replyTo.length > 0
      ? [{ name: 'Reply-To', value: replyTo.map(formatMailbox).join(', ') }]
      : []),
  ]
  return { kind: 'shown', headers, envelopeFrom }
}

const nobody = {
  path: 'from',
  rule: `is required: ${noDefaultSender}`,
}
