import { domainOf } from '../email/address.ts'
import type { Caller } from '../keys/caller.ts'
import type { EmailRequest } from '../request/email-request.ts'
import type { Refused } from '../request/refused.ts'
import { noDefaultSender } from '../settings/from-policy.ts'
import type { Settings } from '../settings/settings.ts'

/** Whether this caller may send under the names that the email shows, every one of them. */
export function refuseSenders(
  request: EmailRequest,
  caller: Caller,
  settings: Settings,
): Refused | undefined {
  const from = request.from.address ?? settings.from.address
  if (!from) {
    const rule = `is required: ${noDefaultSender}`
    return { kind: 'invalid', faults: [{ field: 'from', rule, kind: 'missing' }] }
  }
  const named = [from, ...othersNamed(request)].map(domainOf)
  if (caller.domain && named.some((domain) => domain !== caller.domain))
    return { kind: 'forbidden', reason: `this key may only send from ${caller.domain}` }
  // Under this policy the caller's own From is never shown.
  const shown = settings.fromPolicy === 'default' ? [domainOf(settings.from.address!)] : named
  const unknown = shown.find((domain) => settings.senderDomains?.includes(domain) === false)
  if (unknown === undefined) return undefined
  const reason = `the ${unknown} domain is not verified: it is not one of the sender domains (settings: senderDomains)`
  return { kind: 'forbidden', reason }
}

/** Whether bounces may go where the caller wants them: nowhere, or into a domain it may send from. */
export function mayBounceTo(
  address: string | undefined,
  caller: Caller,
  { senderDomains }: Settings,
): address is string {
  if (address === undefined || address === '') return address === ''
  const domain = domainOf(address)
  const within = (own: string) => domain === own || domain.endsWith(`.${own}`)
  return (!caller.domain || within(caller.domain)) && (senderDomains?.some(within) ?? true)
}

function othersNamed({ sender, coAuthors = [] }: EmailRequest): string[] {
  return [...coAuthors, ...(sender ? [sender] : [])].map(({ address }) => address)
}
