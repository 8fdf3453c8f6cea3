import { timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Caller } from '../mail/accept.ts'
import { hashOfToken } from '../mail/api-keys.ts'
import type { ApiKey } from '../mail/ports.ts'
import type { Postern } from '../mail/postern.ts'
import { Refusal } from './errors.ts'
import { refuseForeignPage } from './origin.ts'

/** Who is let in: `open` lets everybody in until the first key exists; for loopback only. */
export type Access = 'open' | 'keys'

/** Who asks, and what for. */
export interface Identity {
  readonly caller: Caller
  readonly permission: ApiKey['permission']
}

/** What the handlers behind `needs` find in their context. */
export interface ApiEnv {
  Variables: { caller: Caller }
}

export interface Authenticate {
  /** Tells who asks. @throws Refusal 401 without a key, 403 for one that is not known. */
  (request: Request): Promise<Identity>
  /** Lets a key that was revoked in no more, however fresh what is known of it. */
  forget(id: string): void
}

export function authenticator({ keys, clock }: Postern, access: Access): Authenticate {
  const known = keyCache()
  let guardedUntil = 0

  /** Asked every time until there is a key, so that the first one counts at once. */
  async function isGuarded(): Promise<boolean> {
    if (access === 'keys' || clock.now() < guardedUntil) return true
    const guarded = (await keys.list()).length > 0
    if (guarded) guardedUntil = clock.now() + freshMs
    return guarded
  }

  async function find(hash: string): Promise<ApiKey | undefined> {
    const fresh = known.get(hash, clock.now())
    if (fresh) return fresh
    const key = await keys.findByHash(hash)
    if (!key || !sameHash(key.hash, hash)) return undefined
    return known.set(hash, key, clock.now() + freshMs)
  }

  async function noteUse(key: ApiKey) {
    const now = clock.now()
    if (now - (key.lastUsedAt ?? 0) < usedEveryMs) return
    known.used(key.hash, now)
    // A time that could not be noted must keep nobody from reading or sending.
    await keys.change(key.id, { lastUsedAt: now }).catch(() => undefined)
  }

  async function authenticate(request: Request): Promise<Identity> {
    if (!(await isGuarded())) {
      refuseForeignPage(request)
      return everybody
    }
    const token = bearerOf(request)
    if (!token)
      throw new Refusal(401, 'missing_api_key', 'Missing API key in the authorization header.')
    const key = await find(hashOfToken(token))
    if (!key) throw new Refusal(403, 'invalid_api_key', 'API key is invalid')
    await noteUse(key)
    const { id: owner, domain, capture, permission } = key
    return { caller: { owner, domain, capture }, permission }
  }

  return Object.assign(authenticate, { forget: (id: string) => known.forget(id) })
}

/** Lets in whom the permission is enough for. */
export function needs(
  permission: ApiKey['permission'],
  authenticate: Authenticate,
): MiddlewareHandler<ApiEnv> {
  return async function authorized(c, next) {
    const identity = await authenticate(c.req.raw)
    if (permission === 'full_access' && identity.permission !== 'full_access')
      throw new Refusal(401, 'restricted_api_key', 'This API key is restricted to only send emails')
    c.set('caller', identity.caller)
    await next()
  }
}

/** How long a key that was found is not asked for again: one revoked elsewhere stays as long. */
const freshMs = 10_000

/** How exact the time of last use is. */
const usedEveryMs = 60_000

const everybody: Identity = {
  caller: { owner: 'local', capture: false },
  permission: 'full_access',
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
}

function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

/** Most keys remembered: a team has some tens. Unknown ones are not, or anybody could fill it. */
const mostKnown = 1_000

function keyCache() {
  const entries = new Map<string, { key: ApiKey; until: number }>()
  // Also against a key that was being looked up while it was revoked.
  const revoked = new Set<string>()
  return {
    get(hash: string, now: number): ApiKey | undefined {
      const entry = entries.get(hash)
      return entry && now < entry.until ? entry.key : undefined
    },
    set(hash: string, key: ApiKey, until: number): ApiKey | undefined {
      if (revoked.has(key.id)) return undefined
      if (entries.size >= mostKnown) entries.clear()
      entries.set(hash, { key, until })
      return key
    },
    /** Makes it no fresher: a key in use would otherwise outlive its revocation elsewhere. */
    used(hash: string, lastUsedAt: number) {
      const entry = entries.get(hash)
      if (entry) entry.key = { ...entry.key, lastUsedAt }
    },
    forget(id: string) {
      revoked.add(id)
      for (const [hash, { key }] of entries) if (key.id === id) entries.delete(hash)
    },
  }
}
