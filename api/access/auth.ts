import type { Context, MiddlewareHandler, Next } from 'hono'
import type { Caller } from '../../mail/keys/caller.ts'
import {
  gate,
  isLocal,
  type Access,
  type Admission,
  type Gate,
  type Rebuff,
} from '../../mail/keys/gate.ts'
import { readStream, streamHeader, type Stream } from '../../mail/email/stream.ts'
import { readTraceparent, traceparentHeader } from '../../mail/email/traceparent.ts'
import type { ApiKey } from '../../mail/ports/keys.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Stay } from '../../mail/ports/room.ts'
import { enterRoom } from '../http/body-room.ts'
import { Refusal } from '../http/errors.ts'
import { refuseForeignPage } from '../http/origin.ts'
import { tellVersion } from '../http/told-version.ts'
import { rateLimit } from './rate-limit.ts'
import { sessionTokenOf } from './session-cookie.ts'

/** What the handlers behind `needs` find in their context. */
export interface ApiEnv {
  Variables: {
    caller: Caller
    isOfAll: boolean
    /** Names of the settings that a request changes, for the audit. */
    changes?: readonly string[]
    /** The id of the newest message that is wanted, once it was waited for. */
    latest?: string
    /** Of the span of this request, where it has one. */
    traceparent?: string
  }
}

export interface Authenticate extends Omit<Gate, 'admit'> {
  /**
   * Returns who asks, by a key or by the session of a browser.
   *
   * @throws Refusal 401 without either or when the session has ended, 403 for a key that is not
   * known, whose project is another or gone, or when the page of another site asks; 422 for a
   * project or a stream that does not exist
   */
  (request: Request): Promise<Admission>
  /** Counts a request against the rate of its key. @throws Refusal 429 when it is one too many */
  count(c: Context, caller: Caller): Promise<void>
  /** Takes room for the body of a caller's request. @throws Refusal 503 or 413 without room */
  enter(request: Request, owner: string): Promise<Stay | undefined>
  /** Of Postern. */
  readonly version: string
  /** Goes on, and writes down who changes what by it. */
  audit(c: Context<ApiEnv>, next: Next): Promise<void>
}

export function authenticator(postern: Postern, access: Access, version: string): Authenticate {
  const limit = rateLimit(postern.clock)
  const door = gate(postern, access)

  async function authenticate(request: Request): Promise<Admission> {
    const token = bearerOf(request)
    const session = sessionTokenOf(request)
    // The browser adds a session by itself, whichever site the page is from.
    if (!token && session) refuseForeignPage(request)
    const admitted = await door.admit({ token, session, project: projectNamedIn(request) })
    if (typeof admitted === 'string') return refuse(admitted)
    const { stream = admitted.caller.stream } = streamNamed(request)
    const traceparent = readTraceparent(request.headers.get(traceparentHeader))
    const said = { stream, ...(traceparent && { traceparent }) }
    return { ...admitted, caller: { ...admitted.caller, ...said } }
  }

  /** A caller without a key is on this machine. */
  async function count(c: Context, caller: Caller) {
    if (isLocal(caller)) return
    const { settings } = await postern.inForce.current()
    limit.count(c, caller.owner, settings.limits.requestsPerSecond)
  }

  const enter = (request: Request, owner: string) => enterRoom(postern.room, owner, request)

  async function audit(c: Context<ApiEnv>, next: Next) {
    if (c.req.method === 'GET') return next()
    const { audited } = await import('./audited.ts')
    return audited(postern, c, next)
  }

  return Object.assign(authenticate, { ...door, count, enter, audit, version })
}

/** Lets in callers whose permission is sufficient. */
export function needs(
  permission: ApiKey['permission'],
  authenticate: Authenticate,
): MiddlewareHandler<ApiEnv> {
  return async function authorized(c, next) {
    const admission = await authenticate(c.req.raw)
    tellVersion(c, authenticate.version)
    await authenticate.count(c, admission.caller)
    if (permission === 'full_access') refuseRestricted(admission)
    const { traceparent } = c.var
    c.set('caller', traceparent ? { ...admission.caller, traceparent } : admission.caller)
    c.set('isOfAll', admission.isOfAll)
    const stay = await authenticate.enter(c.req.raw, admission.caller.owner)
    try {
      await (permission === 'full_access' ? authenticate.audit(c, next) : next())
    } finally {
      stay?.leave()
    }
  }
}

/**
 * Lets in who may change what all projects share: a key of all projects, with full access, whichever
 * project it names for the rest. Comes after `needs`.
 */
export const forAllProjects: MiddlewareHandler<ApiEnv> = async function ofAll(c, next) {
  refuseOneProject(c.var.isOfAll)
  await next()
}

/** @throws Refusal 403 for a key of one project */
export function refuseOneProject(isOfAll: boolean) {
  if (!isOfAll) throw ofOneProject
}

const ofOneProject = new Refusal(
  403,
  'invalid_access',
  'This API key belongs to one project: only a key of all projects may do this.',
)

/** @throws Refusal 401 for a key that may only send */
export function refuseRestricted({ permission }: Pick<Admission, 'permission'>) {
  if (permission !== 'full_access')
    throw new Refusal(401, 'restricted_api_key', 'This API key is restricted to only send emails')
}

const noSuchProject = {
  path: 'X-Postern-Project',
  rule: 'there is no project of this name',
} as const

const refusals = {
  missing: [401, 'missing_api_key', 'Missing API key in the authorization header.'],
  unknown: [403, 'invalid_api_key', 'API key is invalid'],
  foreign: [403, 'invalid_access', 'This API key belongs to another project.'],
  projectGone: [403, 'invalid_access', "This API key's project no longer exists."],
  noProject: [
    422,
    'invalid_parameter',
    'The `X-Postern-Project` header: there is no project of this name.',
  ],
  ended: [
    401,
    'missing_api_key',
    'You are signed out: the session ended or its API key was revoked.',
  ],
} as const satisfies Record<Rebuff, unknown>

function refuse(why: Rebuff): never {
  const [status, code, words] = refusals[why]
  throw new Refusal(status, code, words, why === 'noProject' ? { errors: [noSuchProject] } : {})
}

/** The stream of the emails of a request that name none. @throws Refusal 422 where there is none such */
function streamNamed({ headers }: Request): { stream?: Stream } {
  const text = headers.get(streamHeader)?.trim()
  if (!text) return {}
  const read = readStream(text)
  if ('stream' in read) return read
  throw new Refusal(422, 'invalid_parameter', `The \`${streamHeader}\` header: ${read.fault}.`)
}

/** In the header, or in the address of what a browser fetches by itself: a download, a frame. */
function projectNamedIn({ headers, method, url }: Request): string | undefined {
  const inHeader = headers.get('x-postern-project')?.trim()
  if (inHeader || method !== 'GET') return inHeader || undefined
  return new URL(url).searchParams.get('project') ?? undefined
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
}
