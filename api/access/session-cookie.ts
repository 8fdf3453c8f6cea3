import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'
import { sessionSeconds } from '../../mail/keys/sessions.ts'
import { hostOf, isSecure } from '../http/origin.ts'

/**
 * The token of the session that a browser brings: half of it in a cookie, which goes to every port
 * of this host, and half that only the page holds, in a header, or in the address of what the
 * browser fetches by itself. The one is worth nothing without the other.
 */
export function sessionTokenOf(request: Request): string | undefined {
  const cookies = request.headers.get('cookie')
  if (cookies === null) return undefined
  const name = nameFor(request)
  const cookie = parse(cookies, name)[name]
  if (!cookie) return undefined
  const pageHalf = request.headers.get(pageHalfHeader) ?? pageHalfInAddress(request)
  return pageHalf ? `${cookie}.${pageHalf}` : undefined
}

/** Gives the browser its half, which no script gets to see, not even ours. @returns the page's */
export function giveSession(c: Context, token: string): string {
  const [cookie, pageHalf] = token.split('.')
  setCookie(c, nameFor(c.req.raw), cookie!, { ...attributes(c), maxAge: sessionSeconds })
  return pageHalf!
}

const pageHalfHeader = 'x-postern-session'

/** Only reading goes by address alone: links, downloads, frames. */
function pageHalfInAddress({ method, url }: Request): string | null {
  return method === 'GET' ? new URL(url).searchParams.get('session') : null
}

/** Has the browser forget its token. */
export function takeSession(c: Context) {
  setCookie(c, nameFor(c.req.raw), '', { ...attributes(c), maxAge: 0 })
}

/**
 * With the port: browsers send a host's cookies to all of its ports (RFC 6265 section 8.5). By the
 * prefix a browser takes the name from this host alone, and over TLS (RFC 6265bis section 4.1.3).
 */
function nameFor(request: Request): string {
  const [port] = /(?<=:)\d+$/.exec(hostOf(request)) ?? []
  const name = port ? `postern_session_${port}` : 'postern_session'
  return isSecure(request) ? `__Host-${name}` : name
}

function attributes(c: Context) {
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure: isSecure(c.req.raw) } as const
}
