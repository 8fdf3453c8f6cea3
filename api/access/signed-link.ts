import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import type { ApiKey } from '../../mail/ports/keys.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv, Authenticate } from './auth.ts'
import { Refusal } from '../http/errors.ts'
import { originOf } from '../http/origin.ts'
import { hourMs } from '../../mail/email/time.ts'

/** Makes links that can be followed without a key, for an hour. */
export interface LinkKeeper {
  /** Links in the name of the caller. */
  make(c: Context<ApiEnv>): Promise<Link>
  /**
   * Whose link the request follows.
   *
   * @throws Refusal 403 unless it was made here and still holds
   */
  check(c: Context): Promise<string>
}

export interface Link {
  /** ISO 8601. */
  readonly expiresAt: string
  to(path: string): string
}

const validMs = hourMs

/**
 * A link is signed with the hash of the key that asked for it: nothing else has to be kept, every
 * process can check it, and it ends with its key. Where no key is needed it is not signed.
 *
 * @param url what links begin with, without a slash at the end; as the caller came unless given
 */
export function linkKeeper(
  { keys, clock }: Postern,
  authenticate: Authenticate,
  url?: string,
): LinkKeeper {
  const keyOf = async (id: string) => (await keys.list()).find((key) => key.id === id)

  return {
    async make(c) {
      const until = clock.now() + validMs
      const key = await keyOf(c.var.caller.owner)
      const origin = url ?? originOf(c.req.raw)
      return {
        expiresAt: new Date(until).toISOString(),
        to: (path) => `${origin}${path}${key ? queryOf(key, path, until) : ''}`,
      }
    },
    async check(c) {
      if (!(await authenticate.isGuarded())) return 'local'
      const { key: id = '', until = '', signature = '' } = c.req.query()
      const key = await keyOf(id)
      const good =
        key !== undefined &&
        sameText(signature, signatureOf(key, c.req.path, until)) &&
        clock.now() < Number(until)
      if (!good)
        throw new Refusal(403, 'validation_error', 'This link has expired or is incomplete.')
      return id
    },
  }
}

function queryOf(key: ApiKey, path: string, until: number): string {
  const signature = signatureOf(key, path, String(until))
  return `?${new URLSearchParams({ key: key.id, until: String(until), signature }).toString()}`
}

function signatureOf({ hash }: ApiKey, path: string, until: string): string {
  return createHmac('sha256', `link ${hash}`).update(`${path}\n${until}`).digest('base64url')
}

function sameText(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}
