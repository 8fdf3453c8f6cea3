import { lookup } from 'node:dns/promises'
import type { RequestOptions } from 'node:https'
import { isIP } from 'node:net'
import { isTlsFault } from '../../mail/email/tls-fault.ts'
import { isGlobalAddress } from './global-address.ts'

export interface WebPlace {
  /** The addresses of a name; the resolver of the host unless given. */
  readonly resolve?: (name: string) => Promise<readonly string[]>
  /** How to connect to an address that may be connected to. */
  readonly connect?: (address: string) => RequestOptions
}

/** Where a URL leads, or in words why not there. */
export type Destination = { readonly place: RequestOptions } | { readonly reason: string }

/**
 * Finds where a URL leads. The name is resolved once, all of its addresses are checked unless
 * private ones are allowed, and it is one of those that is connected to.
 */
export function destinations({
  resolve = addressesOf,
  connect = (host) => ({ host }),
}: WebPlace): (url: URL, signal: AbortSignal, mayBePrivate?: boolean) => Promise<Destination> {
  return async function destinationOf(url, signal, mayBePrivate = false) {
    const addresses = await withSignal(resolve(nameOf(url)), signal)
    if (addresses.length === 0) return { reason: unknownName }
    if (!mayBePrivate && !addresses.every(isGlobalAddress)) return { reason: notPublic }
    return { place: connect(addresses[0]!) }
  }
}

const notPublic = 'the URL does not lead to the public internet'
const unknownName = 'the name in the URL has no address'

/** The URL, or which rule it breaks. */
export function readPublicUrl(text: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:') return 'an https URL is needed'
  if (url.username !== '' || url.password !== '') return 'a URL without user and password is needed'
  if (url.port !== '') return 'a URL without a port is needed'
  return url
}

/** The same for a link in an email, which may be http too. */
export function readPublicLink(text: string): URL | string {
  const isPlain = /^http:/i.test(text.trim())
  const url = readPublicUrl(isPlain ? text.trim().replace(/^http/i, 'https') : text)
  if (typeof url === 'string' || !isPlain) return url
  return new URL(url.href.replace('https', 'http'))
}

/** What a request to this URL says of itself, wherever it is sent. */
export function requestTo(url: URL): RequestOptions {
  return {
    path: `${url.pathname}${url.search}`,
    servername: isIP(nameOf(url)) ? '' : nameOf(url),
    // A connection of its own: a kept one might lead to an address of another check.
    agent: false,
  }
}

/** Its code says what happened; its message may quote the other side. */
export function webFault(error: unknown, what: string): string {
  const { code = '' } = error as NodeJS.ErrnoException
  if (code === 'ENOTFOUND' || code === 'ENODATA') return unknownName
  if (isTlsFault(code)) return 'its certificate is not valid'
  return `${what}${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}`
}

/** As `URL` has normalised it: `0x7f.1` is an IPv4 address by now. */
function nameOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

async function addressesOf(name: string): Promise<string[]> {
  if (isIP(name)) return [name]
  return (await lookup(name, { all: true })).map(({ address }) => address)
}

/** A lookup goes on by itself, though no one waits for it any longer. */
function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('too slow')), { once: true })
    promise.then(resolve, reject)
  })
}
