import type { EngineName } from '../email/engine-name.ts'
import type { Caller } from '../keys/caller.ts'
import type { InForce } from '../ports/in-force.ts'
import type { EmailRequest } from '../request/email-request.ts'
import type { Fault } from '../request/fault.ts'
import type { Asked, NotNow, Refused } from '../request/refused.ts'
import { settingsIn } from '../settings/in-project.ts'
import { spell } from '../settings/layers.ts'
import { enginesOf } from '../settings/settings.ts'
import { isCaptured, reachFaults, withReach } from './reach.ts'
import { refuseSenders } from './senders.ts'

/** An email that is fit to be accepted, or why it is not. */
export type Judgement = { readonly kind: 'fit'; readonly request: EmailRequest } | Refused | NotNow

/** Judges what a caller asks for by the settings in force, and the engine if a person chose one. */
export function judge(
  asked: Asked,
  caller: Caller,
  inForce: InForce,
  engine?: EngineName,
): Judgement {
  const no = unavailability(inForce) ?? refusalOf(asked, caller, inForce, engine)
  return no ?? { kind: 'fit', request: (asked as { request: EmailRequest }).request }
}

/** Why no email at all is taken now, if so. */
export function unavailability({ settings, faults }: InForce): NotNow | undefined {
  if (!enginesOf(settings).includes('disabled')) return undefined
  const reason =
    faults.length > 0
      ? `the settings are broken and none were good before: ${spell(faults)}`
      : 'mail is off: the engine is "disabled"'
  return { kind: 'unavailable', reason }
}

/** What is wrong with this email from this caller, if anything. */
export function refusalOf(
  asked: Asked,
  caller: Caller,
  inForce: InForce,
  engine?: EngineName,
): Refused | undefined {
  const settings = settingsIn(inForce.settings, caller.project)
  if ('faults' in asked) return { kind: 'invalid', faults: asked.faults }
  if (caller.restricted && asked.request.ignoreSuppressions?.length)
    return { kind: 'forbidden', reason: ignoringNeeds }
  if (isTooLongToRecord(asked.request)) return { kind: 'invalid', faults: [tooManyAddresses] }
  if (isCaptured(caller, settings, engine)) return refuseSenders(asked.request, caller, settings)
  if (asked.request.list !== undefined && settings.unsubscribe.baseUrl === null)
    return { kind: 'invalid', faults: [noLink] }
  const request = withReach(asked.request, settings)
  const faults = reachFaults(request)
  if (faults.length > 0) return { kind: 'invalid', faults }
  return refuseSenders(request, caller, settings)
}

/** What sends to who is suppressed: `ignoreSuppressions`, or SendGrid's `bypass_*`. */
export const ignoringNeeds = 'to send to who is suppressed needs a key with full access'

const noLink: Fault = {
  field: 'unsubscribe.list',
  rule: 'no one could unsubscribe: set unsubscribe.baseUrl to where this Postern is reached',
  kind: 'invalid',
}

/** Bytes of names and addresses, which a record holds nearly twice: DynamoDB takes 400 KB. */
const mostAddressBytes = 150_000

const tooManyAddresses: Fault = {
  field: 'to',
  rule: `the names and addresses of to, cc and bcc have more than ${mostAddressBytes} bytes together`,
  kind: 'invalid',
}

function isTooLongToRecord({ to, cc, bcc }: EmailRequest): boolean {
  const all = [...to, ...cc, ...bcc]
  if (all.length <= 200) return false
  const sizes = all.map(({ address, name = '' }) => Buffer.byteLength(address + name))
  return sizes.reduce((sum, size) => sum + size, 0) > mostAddressBytes
}
