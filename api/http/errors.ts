import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { NoRoom } from '../../mail/room.ts'
import { storageTrouble } from '../../mail/trouble.ts'

/**
 * Why a request is refused. Thrown anywhere in `api/`, spoken once by `answerRefusal` in the
 * dialect of the caller:
 *
 * - below `/v1`, Postern's own: `{ "error": { "code", "message", ... } }`. The rest is there when
 *   it is about something: `errors: [{ "path", "rule" }]` names what to correct, `version` the
 *   settings that are current.
 * - below `/v3`, SendGrid's: `{ "errors": [{ "message", "field", "help" }] }`, one for each fault.
 * - below `/api` and `/view`, Mailpit's and MailHog's: a line of text; of `/api/v1/send`
 *   `{ "Error" }`; below `/email` and `/api/email` MailDev's, `{ "error" }`.
 * - everywhere else, Resend's: `{ "statusCode", "name", "message" }`. The status stands in the
 *   body too because Ruby and .NET read it there; the names are those that every SDK knows,
 *   because PHP takes an answer with any other for a success.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: ContentfulStatusCode
  readonly code: Code
  readonly details: Details
  /** In seconds, for Retry-After. */
  readonly retryAfter: number | undefined

  constructor(
    status: ContentfulStatusCode,
    code: Code,
    message: string,
    details: Details = {},
    retryAfter?: number,
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
    this.retryAfter = retryAfter
  }
}

/** The names of Resend's errors; `conflict` and `not_utf8` are never said in Resend's. */
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
  | 'invalid_region'
  | 'not_found'
  | 'method_not_allowed'
  | 'rate_limit_exceeded'
  | 'application_error'
  | 'internal_server_error'
  | 'conflict'
  | 'not_utf8'

interface Details {
  readonly errors?: readonly {
    readonly path: string
    readonly rule: string
    /** Where an engine would not take mail: its name. */
    readonly engine?: string
  }[]
  readonly version?: string
}

/** Says a refusal in the dialect that belongs to the path. */
export function answerRefusal(c: Context, refusal: Refusal): Response {
  const dialect = dialectOf(c.req.path)
  const { status, body } = dialect(refusal)
  if (status === 401)
    c.header('WWW-Authenticate', isInbox(c.req.path) ? 'Basic realm="Postern"' : 'Bearer')
  if (refusal.retryAfter !== undefined) c.header('Retry-After', String(refusal.retryAfter))
  return typeof body === 'string' ? c.text(body, status) : c.json(body, status)
}

type Dialect = (refusal: Refusal) => { status: ContentfulStatusCode; body: object | string }

function dialectOf(path: string): Dialect {
  const root = /^\/(v1|v3)(\/|$)/.exec(path)?.[1]
  if (root !== undefined) return root === 'v1' ? ownDialect : sendGridDialect
  if (path === '/api/v1/send') return mailpitSendDialect
  if (/^(\/api)?\/email(\/|$)/.test(path)) return maildevDialect
  return isInbox(path) ? mailpitDialect : resendDialect
}

/** Addresses of the inbox that helpers of test suites know. */
function isInbox(path: string): boolean {
  return /^\/(api|view|email)(\/|$)/.test(path)
}

/** What Mailpit says with other statuses: it knows 400, 401 and 404. */
const mailpitDialect: Dialect = ({ status, code, message }) => ({
  status: code === 'invalid_api_key' ? 401 : status === 422 || status === 409 ? 400 : status,
  body: message,
})

const mailpitSendDialect: Dialect = (refusal) => ({
  status: mailpitDialect(refusal).status,
  body: { Error: refusal.message },
})

const ownDialect: Dialect = ({ status, code, message, details }) => ({
  status,
  body: { error: { code, message, ...details } },
})

const resendDialect: Dialect = ({ status, code, message }) => ({
  status,
  body: { statusCode: status, name: resendNames[code] ?? code, message },
})

/**
 * Names that not every version of resend-php knows: 0.16 to 0.23 take an answer with one of these
 * for a success.
 */
const resendNames: Partial<Readonly<Record<Code, Code>>> = {
  invalid_api_key: 'validation_error',
  invalid_from_address: 'validation_error',
  invalid_parameter: 'validation_error',
  invalid_access: 'validation_error',
  invalid_region: 'validation_error',
  conflict: 'validation_error',
  not_utf8: 'validation_error',
  method_not_allowed: 'not_found',
  internal_server_error: 'application_error',
}

const sendGridDialect: Dialect = ({ status, code, message, details: { errors } }) => ({
  status: sendGridStatuses[code] ?? (status === 422 ? 400 : status),
  body: {
    errors: errors
      ? errors.map(({ path, rule }) => ({ message: `${path}: ${rule}`, field: path, help: null }))
      : [{ message, field: null, help: null }],
  },
})

const maildevDialect: Dialect = (refusal) => ({
  status: mailpitDialect(refusal).status,
  body: { error: refusal.message },
})

/** What SendGrid says with another status than Resend. */
const sendGridStatuses: Partial<Readonly<Record<Code, ContentfulStatusCode>>> = {
  invalid_api_key: 401,
  restricted_api_key: 403,
  not_utf8: 415,
}

/** In seconds: what is in the way is large, and on its way out. */
const comeBackAfter = 5

/** 503: what is being worked on has all the memory there is for it. */
export function busy(): Refusal {
  const words = 'Too much is being accepted right now: nothing was accepted, try again.'
  return new Refusal(503, 'application_error', words, {}, comeBackAfter)
}

/** What the caller is told of a thrown error. Text of unforeseen errors may hold anything. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof NoRoom) return busy()
  switch (storageTrouble(error)) {
    case 'full':
      return new Refusal(507, 'application_error', 'Storage is full: nothing was accepted.')
    case 'readOnly':
      return new Refusal(503, 'application_error', 'Storage is read-only: nothing was accepted.')
    default:
      return new Refusal(500, 'internal_server_error', "Internal error; see Postern's log.")
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
