import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { hourMs } from '../email/time.ts'
import type { WebhookFormat } from '../email/webhook.ts'
import type { WebhookSecret } from '../ports/webhooks.ts'

/** So long an old secret still signs next to a new one. */
export const rotationMs = 24 * hourMs

/** A new secret for a format. */
export function newSecret(format: WebhookFormat): string {
  if (format !== 'sendgrid') return `whsec_${randomBytes(32).toString('base64')}`
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
}

/** What the owner of an endpoint verifies with: the secret, or SendGrid's verification key. */
export function shownSecret(format: WebhookFormat, { secret }: WebhookSecret): string {
  if (format !== 'sendgrid') return secret
  const key = createPrivateKey({ key: bytesOf(secret), type: 'pkcs8', format: 'der' })
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')
}

/** With a new secret on top; the one before it signs for a day more, older ones no longer. */
export function rotated(
  secrets: readonly WebhookSecret[],
  secret: string,
  now: number,
): readonly WebhookSecret[] {
  const [current] = secrets
  return [{ secret }, ...(current ? [{ secret: current.secret, until: now + rotationMs }] : [])]
}

/** Those that sign now, newest first. */
export function inForceAt(secrets: readonly WebhookSecret[], now: number): readonly string[] {
  return secrets.filter(({ until = Infinity }) => until > now).map(({ secret }) => secret)
}

/** Why a text is no secret of Standard Webhooks; undefined when it is one. */
export function secretFault(text: string): string | undefined {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const size = base64 && base64.length % 4 === 0 ? bytesOf(base64).length : 0
  return size >= 24 && size <= 64 ? undefined : 'whsec_ and 24 to 64 bytes in base64 are needed'
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}
