import type { Context, MiddlewareHandler } from 'hono'
import type { Caller } from '../../mail/keys/caller.ts'
import { hashOfToken } from '../../mail/keys/api-keys.ts'
import type { ApiKey } from '../../mail/ports/keys.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { hashOfSession } from '../../mail/keys/sessions.ts'
import { Refusal } from '../http/errors.ts'
import { freshMs, knownKeys } from './known-keys.ts'
import { refuseForeignPage } from '../http/origin.ts'
import { rateLimit } from './rate-limit.ts'
import { sessionTokenOf } from './session-cookie.ts'

/**
 * Who is let in: `open` lets every caller in until the first key exists, for loopback only; `owner`
 * is for a process that acts for the owner of the account, whom AWS has let in already.
 */
export type Access = 'open' | 'keys' | 'owner'

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
  /**
   * Tells who asks, by a key or by the session of a browser.
   *
   * @throws Refusal 401 without either or when the session has ended, 403 for a key that is not
   * known or when the page of another site asks
   */
  (request: Request): Promise<Identity>
  /** Whether a key is required. */
  isGuarded(): Promise<boolean>
  /** The key with this hash. */
  find(hash: string): Promise<ApiKey | undefined>
  /** The key that a session was opened with, if both are still good. */
  keyOfSession(token: string): Promise<ApiKey | undefined>
  /** Counts a request against the rate of its key. @throws Refusal 429 when it is one too many */
  count(c: Context, caller: Caller): Promise<void>
  /** Refuses a revoked key from now on, and the sessions opened with it. */
  forget(id: string): void
}

export function authenticator(postern: Postern, access: Access): Authenticate {
  const { keys, sessions, inForce, clock } = postern
  const limit = rateLimit(clock)
  const known = knownKeys(postern)
  let guardedUntil = 0

  /** Asked every time until there is a key, so that the first one counts at once. */
  async function isGuarded(): Promise<boolean> {
    if (access === 'owner') return false
    if (access === 'keys' || clock.now() < guardedUntil) return true
    const guarded = (await keys.list()).length > 0
    if (guarded) guardedUntil = clock.now() + freshMs
    return guarded
  }

  async function authenticate(request: Request): Promise<Identity> {
    if (access === 'owner') return theOwner
    if (!(await isGuarded())) {
      refuseForeignPage(request)
      return everybody
    }
    const key = await keyOf(request)
    await known.noteUse(key)
    const { id: owner, domain, capture, permission } = key
    return { caller: { owner, domain, capture }, permission }
  }

  async function keyOf(request: Request): Promise<ApiKey> {
    const token = bearerOf(request)
    const session = sessionTokenOf(request)
    if (token) return (await known.find(hashOfToken(token))) ?? refuse(403, 'invalid_api_key')
    if (!session) return refuse(401, 'missing_api_key')
    // The browser adds it by itself, whichever site the page is from.
    refuseForeignPage(request)
    return (await keyOfSession(session)) ?? refuse(401, 'session_ended')
  }

  async function keyOfSession(token: string): Promise<ApiKey | undefined> {
    const session = await sessions.findByHash(hashOfSession(token), clock.now())
    return session && known.find(session.keyHash)
  }

  /** A caller without a key is on this machine. */
  async function count(c: Context, { owner }: Caller) {
    if (owner === everybody.caller.owner) return
    const { settings } = await inForce.current()
    limit.count(c, owner, settings.limits.requestsPerSecond)
  }

  return Object.assign(authenticate, {
    isGuarded,
    count,
    keyOfSession,
    find: (hash: string) => known.find(hash),
    forget: (id: string) => known.forget(id),
  })
}

/** Lets in whom the permission is enough for. */
export function needs(
  permission: ApiKey['permission'],
  authenticate: Authenticate,
): MiddlewareHandler<ApiEnv> {
  return async function authorized(c, next) {
    const identity = await authenticate(c.req.raw)
    await authenticate.count(c, identity.caller)
    if (permission === 'full_access') refuseRestricted(identity)
    c.set('caller', identity.caller)
    await next()
  }
}

/** @throws Refusal 401 for a key that may only send */
export function refuseRestricted({ permission }: Pick<Identity, 'permission'>) {
  if (permission !== 'full_access')
    throw new Refusal(401, 'restricted_api_key', 'This API key is restricted to only send emails')
}

const everybody: Identity = {
  caller: { owner: 'local', capture: false },
  permission: 'full_access',
}

const theOwner: Identity = {
  caller: { owner: 'owner', capture: false },
  permission: 'full_access',
}

const refusals = {
  missing_api_key: 'Missing API key in the authorization header.',
  invalid_api_key: 'API key is invalid',
  session_ended: 'You are signed out: the session ended or its API key was revoked.',
}

function refuse(status: 401 | 403, why: keyof typeof refusals): never {
  throw new Refusal(status, why === 'session_ended' ? 'missing_api_key' : why, refusals[why])
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
}
