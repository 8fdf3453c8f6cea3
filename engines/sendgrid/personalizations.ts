import { comparisonKey, type Mailbox } from '../../mail/email/address.ts'
import type { Parcel } from '../../mail/email/parcel.ts'

interface Box {
  readonly email: string
  readonly name?: string
}

/** Who gets a copy, and in which header line SendGrid names them. */
export interface Personalization {
  readonly to: Box[]
  readonly cc?: Box[]
  readonly bcc?: Box[]
}

/**
 * Divides the envelope into To, Cc and Bcc. SendGrid has no envelope apart from these, so the
 * envelope wins: a recipient in a header but not in the envelope is left out, and one in the
 * envelope but in no header goes to Bcc.
 *
 * SendGrid requires a To. Without one, Cc moves there: the same people see the same names.
 * When only hidden recipients are left, each gets a copy that names no one else.
 */
export function personalizationsOf({ to, cc, envelope }: Parcel): Personalization[] {
  const waiting = new Map(envelope.to.map((address) => [comparisonKey(address), address]))
  const named = [take(waiting, to), take(waiting, cc)].filter((list) => list.length > 0)
  const hidden = [...waiting.values()].map((email) => ({ email }))
  const [first, second] = named
  if (!first) return hidden.map((box) => ({ to: [box] }))
  return [{ to: first, ...(second && { cc: second }), ...(hidden.length > 0 && { bcc: hidden }) }]
}

/** Those of a header that are in the envelope, each once: SendGrid refuses an address given twice. */
function take(waiting: Map<string, string>, header: readonly Mailbox[]): Box[] {
  return header.flatMap(({ address, name }) => {
    const email = waiting.get(comparisonKey(address))
    if (email === undefined) return []
    waiting.delete(comparisonKey(address))
    return [name === undefined ? { email } : { email, name }]
  })
}
