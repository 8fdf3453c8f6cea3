import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { allProjects, defaultProject, type Scope } from '../../mail/email/project.ts'
import { projectOf, type Caller } from '../../mail/keys/caller.ts'
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
  check(c: Context): Promise<Pick<Caller, 'owner' | 'project' | 'scope'>>
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
  const keyOf = async (id: string) => (await keys.list(allProjects)).find((key) => key.id === id)

  return {
    async make(c) {
      const until = clock.now() + validMs
      const { owner, scope } = c.var.caller
      const key = await keyOf(owner)
      const origin = url ?? originOf(c.req.raw)
      return {
        expiresAt: new Date(until).toISOString(),
        to: (path) => `${origin}${path}${queryOf(key, { path, scope, until: String(until) })}`,
      }
    },
    async check(c) {
      const { key: id = '', until = '', signature = '', scope = defaultProject } = c.req.query()
      const project = projectOf(scope)
      if (!(await authenticate.isGuarded())) return { owner: 'local', project, scope }
      const key = await keyOf(id)
      const good =
        key !== undefined &&
        sameText(signature, signatureOf(key, { path: c.req.path, scope, until })) &&
        clock.now() < Number(until)
      if (!good)
        throw new Refusal(403, 'validation_error', 'This link has expired or is incomplete.')
      return { owner: id, project, scope }
    },
  }
}

/** What a link lets its holder do: this, until then, in the name of a caller who saw so much. */
interface Signed {
  readonly path: string
  readonly scope: Scope
  /** Milliseconds since the epoch. */
  readonly until: string
}

function queryOf(key: ApiKey | undefined, signed: Signed): string {
  const { scope, until } = signed
  const query = new URLSearchParams(scope === defaultProject ? {} : { scope })
  const signature = key && { key: key.id, until, signature: signatureOf(key, signed) }
  for (const [name, value] of Object.entries(signature ?? {})) query.set(name, value)
  return query.size === 0 ? '' : `?${query.toString()}`
}

function signatureOf({ hash }: ApiKey, { path, scope, until }: Signed): string {
  const text = `${path}\n${until}\n${scope}`
  return createHmac('sha256', `link ${hash}`).update(text).digest('base64url')
}

function sameText(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}
