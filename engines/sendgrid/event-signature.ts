import { createPublicKey, verify } from 'node:crypto'
import { hourMs } from '../../mail/email/time.ts'

/** What the request of SendGrid's event webhook says of itself. */
export interface Signed {
  /** X-Twilio-Email-Event-Webhook-Signature: ECDSA in DER, base64. */
  readonly signature: string
  /** X-Twilio-Email-Event-Webhook-Timestamp: seconds. */
  readonly timestamp: string
  /** As it came: parsed and written again it would be other bytes. */
  readonly body: Buffer
}

/**
 * SendGrid tries a batch again for a day, and does not say whether it signs it again; and what
 * comes twice counts once.
 */
const mostAgeMs = 25 * hourMs

/** Clocks differ. */
const mostAheadMs = hourMs / 12

/**
 * Whether SendGrid signed this with the key that belongs to the public one, and lately enough.
 *
 * @param publicKey base64 of SPKI DER, as SendGrid shows it
 * @param now milliseconds since the epoch
 */
export function isFromSendGrid(signed: Signed, publicKey: string, now: number): boolean {
  const { signature, timestamp, body } = signed
  if (!/^\d{1,11}$/.test(timestamp) || signature.length > longestSignature) return false
  const age = now - Number(timestamp) * 1_000
  if (age > mostAgeMs || age < -mostAheadMs) return false
  try {
    const der = Buffer.from(publicKey, 'base64')
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const data = Buffer.concat([Buffer.from(timestamp), body])
    return verify('sha256', data, key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

/** Characters: DER of two numbers of 256 bits takes 96. */
const longestSignature = 200
