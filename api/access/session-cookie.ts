import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'
import { sessionSeconds } from '../../mail/keys/sessions.ts'
import { hostOf, isSecure } from '../http/origin.ts'

/** The token of the session that a browser brings. */
export function sessionTokenOf(request: Request): string | undefined {
  const name = nameFor(request)
  return parse(request.headers.get('cookie') ?? '', name)[name] || undefined
}

/** Has the browser send this token to us only, and show it to no script, not even ours. */
export function giveSession(c: Context, token: string) {
  setCookie(c, nameFor(c.req.raw), token, { ...attributes(c), maxAge: sessionSeconds })
}

/** Has the browser forget its token. */
export function takeSession(c: Context) {
  setCookie(c, nameFor(c.req.raw), '', { ...attributes(c), maxAge: 0 })
}

/** With the port: browsers send a host's cookies to all of its ports (RFC 6265 section 8.5). */
function nameFor(request: Request): string {
  const [port] = /(?<=:)\d+$/.exec(hostOf(request)) ?? []
  return port ? `postern_session_${port}` : 'postern_session'
}

function attributes(c: Context) {
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure: isSecure(c.req.raw) } as const
}
