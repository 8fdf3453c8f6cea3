import { createPrivateKey, sign } from 'node:crypto'
import type { Grant } from './token-grant.ts'

/** Seconds that an assertion is good for: the most that Google takes is an hour. */
const assertionSeconds = 600

/** RFC 7523 section 2.1, signed with RS256 as Google wants it; the library signs no such assertion. */
export function assertionOf(
  { clientId, user, scope, endpoint, privateKey }: Grant,
  now: number,
): string {
  const issuedAt = Math.floor(now / 1_000)
  const claims = {
    iss: clientId,
    sub: user,
    scope,
    aud: endpoint.href,
    iat: issuedAt,
    exp: issuedAt + assertionSeconds,
  }
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims]
  const text = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('RSA-SHA256', Buffer.from(text), createPrivateKey(privateKey!))
  return `${text}.${signature.toString('base64url')}`
}
