import type { z } from 'zod'
import type { ApiKey } from '../../mail/ports/keys.ts'

/** One route of the API, as far as a caller needs to know it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** `{id}` where a part is given. */
  readonly path: string
  readonly summary: string
  /** What is not a UUID is refused like any unknown id. */
  readonly anyId?: true
  /** What a key must be good for; none is needed for `nothing`. */
  readonly needs: ApiKey['permission'] | 'nothing'
  /** What all projects share: a key of one project may not. */
  readonly forAll?: true
  readonly query?: Readonly<Record<string, z.ZodType>>
  readonly headers?: Readonly<Record<string, z.ZodType>>
  /** The schema that the route itself checks with, or one that says the same. */
  readonly body?: z.ZodType
  /** The type of a body that is not JSON. */
  readonly takes?: string
  /** A body that is accepted on a new Postern, where one is needed. */
  readonly example?: unknown
  readonly answer: DescribedAnswer
  /** Refusals that the rest does not imply, by status, with their reason. */
  readonly refusals?: Readonly<Record<number, string>>
}

export interface DescribedAnswer {
  readonly status: 200 | 201 | 202 | 204
  /** Nothing comes when neither this nor `type` is given. */
  readonly body?: z.ZodType
  /** Of what is not JSON. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, z.ZodType>>
}

/** The wire format of a route: whose clients it is for. */
export type Surface = 'Resend' | 'SendGrid' | 'Postern'

export function surfaceOf({ path }: Pick<Operation, 'path'>): Surface {
  if (path.startsWith('/v3/')) return 'SendGrid'
  return path.startsWith('/v1/') ? 'Postern' : 'Resend'
}

/** Every refusal that a caller should expect, by status, with its reason. */
export function refusalsOf(operation: Operation): Readonly<Record<number, string>> {
  const { needs, forAll, body, path, query, anyId, refusals = {} } = operation
  const wantsId = path.includes('{id}') && !anyId
  const { noKey, restricted, wrongField, wrongParameter } =
    surfaceOf(operation) === 'SendGrid' ? inSendGrids : inOthers
  return {
    ...(needs === 'nothing' ? none : noKey),
    ...(needs === 'full_access' ? restricted : none),
    ...(forAll ? ofOneProject : none),
    ...(path.includes('{') ? unknown : none),
    ...(wantsId || query ? wrongParameter : none),
    ...(body ? { ...wrongBody, ...wrongField } : none),
    ...refusals,
  }
}

type Refusals = Readonly<Record<number, string>>
type Kinds = Readonly<Record<'noKey' | 'restricted' | 'wrongField' | 'wrongParameter', Refusals>>

const none: Refusals = {}
const unknown: Refusals = { 404: 'Not found.' }
const ofOneProject: Refusals = { 403: 'The key is unknown, or belongs to one project.' }
const wrongBody: Refusals = { 400: 'The body is not JSON.', 413: 'The body is too large.' }

const tooOften: Refusals = { 429: 'Too many requests with one key.' }

const inSendGrids: Kinds = {
  noKey: { 401: 'The key is missing or unknown.', ...tooOften },
  restricted: { 403: 'The key may only send.' },
  wrongField: { 400: 'The body is not JSON, or a field is wrong.', 415: 'It is not UTF-8.' },
  wrongParameter: {},
}

const inOthers: Kinds = {
  noKey: { 401: 'The key is missing.', 403: 'The key is unknown.', ...tooOften },
  restricted: { 401: 'The key is missing, or may only send.' },
  wrongField: { 422: 'A field is wrong.' },
  wrongParameter: { 422: 'A parameter is wrong.' },
}
