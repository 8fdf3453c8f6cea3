import { comparisonKey } from '../email/address.ts'
import type { Parcel } from '../email/parcel.ts'
import type { EngineContext } from '../ports/fleet.ts'
import { markedId, returnAddress, tokenOf } from '../email/token.ts'

/** How an email leaves so that what comes back can be told to be about it. */
export interface Traced {
  /** The envelope sender. */
  readonly from: string
  /** What a server that offers DSN is asked to bring back (RFC 3461 section 4.4). */
  readonly envelopeId?: string
  /** The email, with the seal behind its id in X-Postern-Id. */
  readonly mark: (bytes: Uint8Array) => Uint8Array
}

/**
 * Puts our signed address in place of the envelope sender, for engines that leave that to Postern.
 *
 * A null sender stays one (RFC 5321 section 4.5.5), and an address that is neither From nor Sender
 * is the application's own way to learn of bounces: it stays unless the settings say otherwise.
 * Without a key there is no proof, and everything stays.
 */
export function traceOf({ settings, secrets }: Pick<EngineContext, 'settings' | 'secrets'>) {
  const { bounceDomain, ownEnvelopeSenders } = settings.feedback
  const key = secrets['feedback.key']
  return ({ id, envelope: { from }, ...parcel }: Parcel): Traced => {
    if (!key) return { from, mark: (bytes) => bytes }
    const isUsual = [parcel.from, parcel.sender].some(
      (box) => box && comparisonKey(box.address) === comparisonKey(from),
    )
    const isOurs = from !== '' && (isUsual || ownEnvelopeSenders === 'replace')
    return {
      from: isOurs && bounceDomain ? returnAddress(id, bounceDomain, key) : from,
      ...(isOurs && { envelopeId: tokenOf(id, key) }),
      mark: (bytes) => withSeal(bytes, id, markedId(id, key)),
    }
  }
}

function withSeal(bytes: Uint8Array, id: string, marked: string): Uint8Array {
  const email = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const field = `X-Postern-Id: ${id}`
  const at = email.indexOf(`${field}\r\n`)
  const isField = at === 0 || (at > 0 && email[at - 1] === 0x0a)
  if (!isField) return bytes
  const seal = Buffer.from(marked.slice(id.length))
  const end = at + field.length
  return Buffer.concat([email.subarray(0, end), seal, email.subarray(end)])
}
