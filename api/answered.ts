import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { readTraceparent, traceparentHeader } from '../mail/email/traceparent.ts'
import type { ApiEnv } from './access/auth.ts'

/** A request that was answered, in words that name no email, address or key of anyone. */
export interface Answered {
  /** Both of the route that answered, such as `GET` and `/emails/:id`; `none` where none did. */
  readonly method: string
  readonly route: string
  readonly status: number
  /** From the first byte of the request's header to the answer, before its body was sent. */
  readonly ms: number
  /** The id of the key, and the project that it asked for; absent for strangers. */
  readonly key?: string
  readonly project?: string
  /** What the host handed in with the request. */
  readonly host: unknown
}

/** A request under way, as a part of a trace. */
export interface RequestSpan {
  readonly traceparent: string
  end(answered: Answered): void
}

/** Has each request be a part of its caller's trace, and what it asks for a part of its own. */
export function tracingRequests(
  begin: (traceparent: string | undefined) => RequestSpan,
): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const span = begin(readTraceparent(c.req.raw.headers.get(traceparentHeader)))
    c.set('traceparent', span.traceparent)
    await next()
    span.end(answeredIn(c, 0))
  }
}

/** Tells of each request once it is answered. */
export function tellingAnswers(tell: (answered: Answered) => void): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const start = performance.now()
    await next()
    tell(answeredIn(c, performance.now() - start))
  }
}

function answeredIn(c: Context<ApiEnv>, ms: number): Answered {
  // Names come before what takes the same part of a path for an id, and middleware is for all methods.
  const found = matchedRoutes(c).find(({ method }) => method !== 'ALL')
  const { method, path: route } = found ?? unmatched
  const { caller } = c.var as Partial<typeof c.var>
  return {
    method,
    route,
    status: c.res.status,
    ms,
    ...(caller && { key: caller.owner, project: caller.scope }),
    host: c.env,
  }
}

const unmatched = { method: 'none', path: 'none' } as const
