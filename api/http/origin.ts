import type { MiddlewareHandler } from 'hono'
import { Refusal } from './errors.ts'

/**
 * Answers only under its own names: a page whose name was pointed at loopback (DNS rebinding)
 * brings that name in Host. What a proxy forwards has to be one too, not instead: a browser on the
 * machine of the proxy comes from the same address, and may claim to be it.
 *
 * @param hosts names without port
 */
export function onlyUnder(hosts: readonly string[]): MiddlewareHandler {
  const names = new Set(hosts.map((host) => host.toLowerCase()))
  return async function ownName(c, next) {
    const { headers, url } = c.req.raw
    const asked = [headers.get('host') ?? new URL(url).host, hostOf(c.req.raw)]
    const isOwn = (host: string) => names.has(host.toLowerCase().replace(/:\d+$/, ''))
    if (!asked.every(isOwn)) throw otherName
    await next()
  }
}

const otherName = new Refusal(
  403,
  'validation_error',
  'Postern does not answer under this host name: name it in POSTERN_HOSTS where a proxy is in front.',
)

/**
 * Answers nothing to the pages of other sites, where no key identifies the caller. They never see
 * an answer, but they can post JSON as text without asking first, and how long a GET takes tells
 * what it found: so this comes before anything is looked up. Programs send neither header.
 *
 * @throws Refusal 403
 */
export function refuseForeignPage(request: Request) {
  const { headers } = request
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const own = site
    ? site === 'same-origin' || site === 'none'
    : origin === null || origin.replace(/^https?:\/\//, '') === hostOf(request)
  if (!own) throw foreignPage
}

/** The same for every route behind it. No page can bring a key of its own without being let. */
export const ownPagesOnly: MiddlewareHandler = async (c, next) => {
  const isKeyed = /^bearer /i.test(c.req.header('authorization') ?? '')
  if (!isKeyed) refuseForeignPage(c.req.raw)
  await next()
}

const foreignPage = new Refusal(403, 'validation_error', 'Another website may not do this.')

/**
 * As the caller wrote it, with the port, in lower case. Hosts leave X-Forwarded headers only from
 * proxies that they trust.
 */
export function hostOf(request: Request): string {
  const { headers, url } = request
  return (headers.get('x-forwarded-host') ?? headers.get('host') ?? new URL(url).host).toLowerCase()
}

/** Whether the caller came by https, to us or to the proxy in front. */
export function isSecure(request: Request): boolean {
  const { protocol } = new URL(request.url)
  return protocol === 'https:' || request.headers.get('x-forwarded-proto') === 'https'
}

/** The start of links to here, as the caller can follow them. */
export function originOf(request: Request): string {
  return `${isSecure(request) ? 'https' : 'http'}://${hostOf(request)}`
}

/** The address of the caller, as far as the host knows it. */
export function clientOf(request: Request): string {
  return request.headers.get('x-forwarded-for') ?? ''
}
