import { createHash, randomBytes } from 'node:crypto'
import type { Session } from '../ports/sessions.ts'

/** How long a session lasts, in seconds: a week. */
export const sessionSeconds = 7 * 86_400

/**
 * Makes a session for the holder of the key with this hash: a token of two halves, each of 256
 * random bits, with a dot between. It exists only here, in the answer and in the browser; what is
 * kept is its hash.
 *
 * @param now milliseconds since the epoch
 */
export function makeSession(keyHash: string, now: number): { session: Session; token: string } {
  const half = () => randomBytes(32).toString('base64url')
  const token = `${half()}.${half()}`
  const expiresAt = now + sessionSeconds * 1_000
  return { session: { hash: hashOfSession(token), keyHash, createdAt: now, expiresAt }, token }
}

/** What a session is known by: the SHA-256 of its token, hexadecimal. */
export function hashOfSession(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
