import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { storageTrouble } from './storage-trouble.ts'

/**
 * Why a request is refused. Thrown anywhere in `api/`, spoken once by `answerRefusal` in the
 * dialect of the caller:
 *
 * - below `/v1`, Postern's own: `{ "error": { "code", "message", ... } }`. The rest is there when
 *   it is about something: `errors: [{ "path", "rule" }]` names what to correct, `version` the
 *   settings that are current.
 * - everywhere else, Resend's: `{ "statusCode", "name", "message" }`. The status stands in the
 *   body too because Ruby and .NET read it there; the names are those that every SDK knows,
 *   because PHP takes an answer with any other for a success.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: ContentfulStatusCode
  readonly code: Code
  readonly details: Details

  constructor(status: ContentfulStatusCode, code: Code, message: string, details: Details = {}) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

/** The names of Resend's errors, and `conflict`, which only `/v1` uses. */
export type Code =
  | 'validation_error'
  | 'invalid_parameter'
  | 'missing_required_field'
  | 'invalid_from_address'
  | 'invalid_attachment'
  | 'invalid_idempotency_key'
  | 'invalid_idempotent_request'
  | 'concurrent_idempotent_requests'
  | 'missing_api_key'
  | 'invalid_api_key'
  | 'restricted_api_key'
  | 'invalid_access'
  | 'not_found'
  | 'method_not_allowed'
  | 'rate_limit_exceeded'
  | 'application_error'
  | 'internal_server_error'
  | 'conflict'

export interface Details {
  readonly errors?: readonly { readonly path: string; readonly rule: string }[]
  readonly version?: string
}

/** Says a refusal in the dialect that belongs to the path. */
export function answerRefusal(c: Context, { status, code, message, details }: Refusal): Response {
  if (status === 401) c.header('WWW-Authenticate', 'Bearer')
  return isOwnDialect(c.req.path)
    ? c.json({ error: { code, message, ...details } }, status)
    : c.json({ statusCode: status, name: code, message }, status)
}

/** What the caller is told of a thrown error. Text of unforeseen errors may hold anything. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  switch (storageTrouble(error)) {
    case 'full':
      return new Refusal(507, 'application_error', 'Storage is full: nothing was accepted.')
    case 'readOnly':
      return new Refusal(503, 'application_error', 'Storage is read-only: nothing was accepted.')
    default:
      return new Refusal(500, 'internal_server_error', 'Postern failed here; its log says more.')
  }
}

export function notFound(what: string): Refusal {
  return new Refusal(404, 'not_found', `${what} not found`)
}

/** 422 that names what to correct, as one sentence and one by one. */
export function invalid(errors: NonNullable<Details['errors']>): Refusal {
  const message = errors.map(({ path, rule }) => `${path}: ${rule}`).join('; ')
  return new Refusal(422, 'validation_error', message, { errors })
}

function isOwnDialect(path: string): boolean {
  return path === '/v1' || path.startsWith('/v1/')
}
