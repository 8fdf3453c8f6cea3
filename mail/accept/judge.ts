import { domainOf } from '../email/address.ts'
import type { Caller } from '../keys/caller.ts'
import type { InForce } from '../ports/in-force.ts'
import type { EmailRequest } from '../request/email-request.ts'
import type { Asked, NotNow, Refused } from '../request/refused.ts'
import { spell } from '../settings/layers.ts'
import { enginesOf } from '../settings/settings.ts'

/** An email that is fit to be accepted, or why it is not. */
export type Judgement = { readonly kind: 'fit'; readonly request: EmailRequest } | Refused | NotNow

/** Judges what a caller asks for by the settings in force. */
export function judge(asked: Asked, caller: Caller, inForce: InForce): Judgement {
  const no = unavailability(inForce) ?? refusalOf(asked, caller, inForce)
  return no ?? { kind: 'fit', request: (asked as { request: EmailRequest }).request }
}

/** Why no email at all is taken now, if so. */
export function unavailability({ settings, faults }: InForce): NotNow | undefined {
  if (!enginesOf(settings).includes('disabled')) return undefined
  const reason =
    faults.length > 0
      ? `the settings are broken and none were good before: ${spell(faults)}`
      : 'mail is switched off: the engine is "disabled"'
  return { kind: 'unavailable', reason }
}

/** What is wrong with this email from this caller, if anything. */
export function refusalOf(asked: Asked, caller: Caller, inForce: InForce): Refused | undefined {
  if ('faults' in asked) return { kind: 'invalid', faults: asked.faults }
  const { settings } = inForce
  const from = asked.request.from.address ?? settings.from.address
  if (!from) {
    const rule = 'is required: no default sender address is set (settings: from.address)'
    return { kind: 'invalid', faults: [{ field: 'from', rule, kind: 'missing' }] }
  }
  if (caller.domain && domainOf(from) !== caller.domain)
    return { kind: 'forbidden', reason: `this key may only send from ${caller.domain}` }
  // Under this policy recipients never see the sender that the caller names.
  const shown = domainOf(settings.fromPolicy === 'default' ? settings.from.address! : from)
  if (settings.senderDomains && !settings.senderDomains.includes(shown))
    return {
      kind: 'forbidden',
      reason: `the ${shown} domain is not verified: it is none of the sender domains (settings: senderDomains)`,
    }
  return undefined
}
