import type { MiddlewareHandler } from 'hono'
import { Refusal } from './errors.ts'

/**
 * Answers only under its own names: a page whose name was pointed at loopback (DNS rebinding)
 * brings that name in Host.
 *
 * @param hosts names without port
 */
export function onlyUnder(hosts: readonly string[]): MiddlewareHandler {
  const names = new Set(hosts.map((host) => host.toLowerCase()))
  return async function ownName(c, next) {
    if (!names.has(hostOf(c.req.raw).replace(/:\d+$/, '')))
      throw new Refusal(403, 'validation_error', 'Postern does not answer under this host name.')
    await next()
  }
}

/**
 * Refuses what another site's page has a browser send, where no key identifies the caller.
 * Such a page can post JSON as text without asking first, though it never sees the answer.
 */
export function refuseForeignPage(request: Request) {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const own = site
    ? site === 'same-origin' || site === 'none'
    : origin === null || origin.replace(/^https?:\/\//, '') === hostOf(request)
  if (!own) throw new Refusal(403, 'validation_error', 'Another website may not do this.')
}

/** As the caller wrote it, with the port, in lower case. */
export function hostOf(request: Request): string {
  return (request.headers.get('host') ?? new URL(request.url).host).toLowerCase()
}
