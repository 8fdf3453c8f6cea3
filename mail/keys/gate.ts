import { allProjects, defaultProject } from '../email/project.ts'
import type { InForce } from '../ports/in-force.ts'
import type { ApiKey } from '../ports/keys.ts'
import type { Postern } from '../ports/postern.ts'
import { hashOfToken } from './api-keys.ts'
import { projectOf, type Caller } from './caller.ts'
import { freshMs, knownKeys } from './known-keys.ts'
import { hashOfSession } from './sessions.ts'

/**
 * Who is let in: `open` lets every caller in until the first key exists, for loopback only; `owner`
 * is for a process that acts for the owner of the account, whom AWS has let in already.
 */
export type Access = 'open' | 'keys' | 'owner'

/**
 * What a caller shows: the token of an API key, or of a session of the console; and the project that
 * it names, or `*`.
 */
interface Shown {
  readonly token?: string
  readonly session?: string
  readonly project?: string
}

/** Who was let in, and for what. */
export interface Admission {
  readonly caller: Caller
  readonly permission: ApiKey['permission']
  /** Whether what all projects share is the caller's to change: settings, sender domains. */
  readonly isOfAll: boolean
}

/**
 * Why a caller was not: nothing was shown, no such key, the session or its key is no longer good,
 * the project named is another than the key's, or there is no such project, or no longer.
 */
export type Rebuff = 'missing' | 'unknown' | 'ended' | 'foreign' | 'noProject' | 'projectGone'

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
  const { keys, sessions, clock, inForce } = postern
  const known = knownKeys(postern)
  let guardedUntil = 0

  /** Asked every time until there is a key, so that the first one counts at once. */
  async function isGuarded(): Promise<boolean> {
    if (access === 'owner') return false
    if (access === 'keys' || clock.now() < guardedUntil) return true
    const guarded = (await keys.list(allProjects)).length > 0
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

  /** Reads the settings, which costs a call on AWS: for no stranger. */
  async function admit(holder: Holder, named: string | undefined): Promise<Admission | Rebuff> {
    const { settings } = await inForce.current()
    return admissionOf(holder, named, settings)
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
      // Where no key is needed the project is `default` unless another is named.
      if (access === 'owner') return admit(theOwner, shown.project)
      if (!(await isGuarded())) return admit(everyCaller, shown.project ?? defaultProject)
      const key = await keyOf(shown)
      if (typeof key === 'string') return key
      const admission = await admit(key, shown.project)
      if (typeof admission !== 'string') await known.noteUse(key)
      return admission
    },
  }
}

/** What of a key, or of one who needs none, decides about an admission. */
type Holder = Pick<ApiKey, 'id' | 'permission' | 'project' | 'domain' | 'capture' | 'stream'>

/** The one place where it is decided which project a caller works in. */
function admissionOf(
  { id: owner, permission, project: own, domain, capture, stream }: Holder,
  named: string | undefined,
  { projects }: InForce['settings'],
): Admission | Rebuff {
  const exists = (name: string) => name === defaultProject || Object.hasOwn(projects, name)
  const isOfAll = own === allProjects
  if (!isOfAll && !exists(own)) return 'projectGone'
  if (!isOfAll && named !== undefined && named !== own) return 'foreign'
  const scope = isOfAll ? (named ?? allProjects) : own
  if (scope !== allProjects && !exists(scope)) return 'noProject'
  const restricted = permission !== 'full_access' && ({ restricted: true } as const)
  return {
    caller: { owner, project: projectOf(scope), scope, domain, capture, stream, ...restricted },
    permission,
    isOfAll,
  }
}

/** Whether a caller came in without a key, which only this machine's can. */
export function isLocal({ owner }: Caller): boolean {
  return owner === everyCaller.id
}

/** Whether AWS has let the caller in, for the owner of the account. */
export function isOwner({ owner }: Caller): boolean {
  return owner === theOwner.id
}

const everyCaller: Holder = {
  id: 'local',
  permission: 'full_access',
  project: allProjects,
  capture: false,
}

const theOwner: Holder = { ...everyCaller, id: 'owner' }
