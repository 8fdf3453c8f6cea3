import type { ApiKey } from '../ports/keys.ts'
import type { Postern } from '../ports/postern.ts'
import { hashOfToken } from './api-keys.ts'
import type { Caller } from './caller.ts'
import { freshMs, knownKeys } from './known-keys.ts'
import { hashOfSession } from './sessions.ts'

/**
 * Who is let in: `open` lets every caller in until the first key exists, for loopback only; `owner`
 * is for a process that acts for the owner of the account, whom AWS has let in already.
 */
export type Access = 'open' | 'keys' | 'owner'

/** What a caller shows: the token of an API key, or of a session of the console. */
interface Shown {
  readonly token?: string
  readonly session?: string
}

/** Who was let in, and for what. */
export interface Admission {
  readonly caller: Caller
  readonly permission: ApiKey['permission']
}

/** Why a caller was not: nothing was shown, no such key, or the session or its key is no longer good. */
export type Rebuff = 'missing' | 'unknown' | 'ended'

/** Tells every door, HTTP and SMTP, who asks. */
export interface Gate {
  readonly access: Access
  admit(shown: Shown): Promise<Admission | Rebuff>
  /** Whether a key is required. */
  isGuarded(): Promise<boolean>
  /** The key with this hash. */
  find(hash: string): Promise<ApiKey | undefined>
  /** The key that a session was opened with, if both are still good. */
  keyOfSession(token: string): Promise<ApiKey | undefined>
  /** Refuses a revoked key from now on, and the sessions opened with it. */
  forget(id: string): void
}

export function gate(postern: Postern, access: Access): Gate {
  const { keys, sessions, clock } = postern
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

  async function keyOfSession(token: string): Promise<ApiKey | undefined> {
    const session = await sessions.findByHash(hashOfSession(token), clock.now())
    return session && known.find(session.keyHash)
  }

  async function keyOf({ token, session }: Shown): Promise<ApiKey | Rebuff> {
    if (token) return (await known.find(hashOfToken(token))) ?? 'unknown'
    if (session) return (await keyOfSession(session)) ?? 'ended'
    return 'missing'
  }

  return {
    access,
    isGuarded,
    keyOfSession,
    find: (hash) => known.find(hash),
    forget(id) {
      known.forget(id)
      // It may have been the last one, without which none is required again.
      guardedUntil = 0
    },
    async admit(shown) {
      if (access === 'owner') return theOwner
      if (!(await isGuarded())) return everyCaller
      const key = await keyOf(shown)
      if (typeof key === 'string') return key
      await known.noteUse(key)
      const { id: owner, domain, capture, permission } = key
      return { caller: { owner, domain, capture }, permission }
    },
  }
}

/** Whether a caller came in without a key, which only this machine's can. */
export function isLocal({ owner }: Caller): boolean {
  return owner === everyCaller.caller.owner
}

const everyCaller: Admission = {
  caller: { owner: 'local', capture: false },
  permission: 'full_access',
}

const theOwner: Admission = {
  caller: { owner: 'owner', capture: false },
  permission: 'full_access',
}
