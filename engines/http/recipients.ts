import { comparisonKey, type Mailbox } from '../../mail/email/address.ts'
import type { Parcel } from '../../mail/email/parcel.ts'

/** Who is named where. */
interface Addressees {
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  /** In the envelope, and in no header. */
  readonly hidden: readonly string[]
}

/**
 * Divides the envelope into To, Cc and those who are hidden, for a provider that knows no envelope
 * apart from these. So the envelope wins: a recipient in a header but not in the envelope is
 * left out, each address counts once, and without a To, Cc moves there: the same people see the
 * same names.
 */
export function addressees({
  to,
  cc,
  envelope,
}: Pick<Parcel, 'to' | 'cc' | 'envelope'>): Addressees {
  const waiting = new Map(envelope.to.map((address) => [comparisonKey(address), address]))
  const named = [take(waiting, to), take(waiting, cc)].filter((list) => list.length > 0)
  return { to: named[0] ?? [], cc: named[1] ?? [], hidden: [...waiting.values()] }
}

function take(waiting: Map<string, string>, header: readonly Mailbox[]): Mailbox[] {
  return header.flatMap((mailbox) => {
    const address = waiting.get(comparisonKey(mailbox.address))
    if (address === undefined) return []
    waiting.delete(comparisonKey(mailbox.address))
    return [{ ...mailbox, address }]
  })
}

/**
 * The addressees of one request to a provider that requires a To. When only hidden recipients are
 * left, it is one of them alone: none may see another.
 *
 * @param most how many recipients one request may have
 */
export function firstAddressees(
  parcel: Parcel,
  most: number,
): Addressees & { readonly left: readonly string[] } {
  const { to, cc, hidden } = addressees(parcel)
  const [alone, ...others] = hidden
  if (to.length === 0)
    return { to: alone === undefined ? [] : [{ address: alone }], cc, hidden: [], left: others }
  const fit = {
    to: to.slice(0, most),
    cc: cc.slice(0, Math.max(0, most - to.length)),
    hidden: hidden.slice(0, Math.max(0, most - to.length - cc.length)),
  }
  const left = [...to.slice(fit.to.length), ...cc.slice(fit.cc.length)].map((box) => box.address)
  return { ...fit, left: [...left, ...hidden.slice(fit.hidden.length)] }
}
