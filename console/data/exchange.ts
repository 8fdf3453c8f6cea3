import { noteLost, noteReached, watch } from './connection.ts'
import { sessionHeader } from './page-half.ts'
import { projectHeader } from './project.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

interface Fault {
  readonly path: string
  readonly rule: string
  /** Where an engine would not take mail: its name. */
  readonly engine?: string
}

/** Postern refused, in its own words. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly status: number
  readonly code: string
  readonly faults: readonly Fault[]
  /** Of the settings that are current, when others were saved meanwhile. */
  readonly version?: string

  constructor(status: number, { code, message, errors = [], version }: ErrorBody) {
    super(message)
    this.status = status
    this.code = code
    this.faults = errors
    this.version = version
  }
}

/** No answer came, so it is unknown whether what was asked for has been done. */
class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

export interface ExchangeOptions {
  /** Ends it early: the caller does not want the answer any more. */
  readonly signal?: AbortSignal
  /** It is meant to take long: a long poll. */
  readonly patient?: boolean
  /** What the answer is; JSON unless told. A refusal is JSON in any case. */
  readonly as?: 'text'
}

/** Longest wait, in milliseconds: Postern itself answers within 25 s whatever it was asked. */
const longestMs = 40_000

/**
 * One request and its answer.
 *
 * @param body sent as JSON, a file as it is
 * @throws ApiRefusal or Unreachable; the reason of the signal when that ended it
 */
export async function exchange<T>(
  method: Method,
  path: string,
  body?: unknown,
  { signal, patient = false, as }: ExchangeOptions = {},
): Promise<T> {
  const done = patient ? () => undefined : watch()
  const timeUp = AbortSignal.timeout(longestMs)
  try {
    const response = await fetch(path, {
      method,
      signal: signal ? AbortSignal.any([signal, timeUp]) : timeUp,
      headers: {
        ...sessionHeader(),
        ...projectHeader(),
        ...(body !== undefined && { 'content-type': typeOf(body) }),
      },
      ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
    })
    const isText = as === 'text' && response.ok
    const answer: unknown = await (isText ? response.text() : response.json())
    noteReached()
    if (!response.ok) throw refusalOf(response.status, answer)
    return answer as T
  } catch (error) {
    if (error instanceof ApiRefusal || signal?.aborted) throw error
    noteLost()
    const words = timeUp.aborted ? 'Postern did not answer in time.' : 'Postern cannot be reached.'
    throw new Unreachable(words, { cause: error })
  } finally {
    done()
  }
}

function typeOf(body: unknown): string {
  return body instanceof Blob ? body.type : 'application/json'
}

interface ErrorBody {
  readonly code: string
  readonly message: string
  readonly errors?: readonly Fault[]
  readonly version?: string
}

/** In either dialect: Postern's own below /v1, Resend's elsewhere, which names fields in its text. */
function refusalOf(status: number, answer: unknown): ApiRefusal {
  const body = (answer ?? {}) as { error?: ErrorBody; name?: string; message?: string }
  if (body.error) return new ApiRefusal(status, body.error)
  const message = body.message ?? `The answer was HTTP ${status}.`
  const [, path, rule] = /^The `([\w.]+)` (?:field|parameter):? (.+)$/.exec(message) ?? []
  const errors = path && rule ? [{ path, rule }] : []
  return new ApiRefusal(status, { code: body.name ?? 'unknown', message, errors })
}
