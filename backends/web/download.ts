import { lookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import { isIP } from 'node:net'
import { isTlsFault } from '../../mail/email/tls-fault.ts'
import type { Download, Web } from '../../mail/ports/web.ts'
import { isGlobalAddress } from './global-address.ts'

export interface DownloadOptions {
  /** The addresses of a name; the resolver of the host unless given. */
  readonly resolve?: (name: string) => Promise<readonly string[]>
  /** How to connect to an address that may be connected to. */
  readonly connect?: (address: string) => RequestOptions
}

/** Longest a download may take altogether, in milliseconds. */
const mostMs = 20_000

/**
 * Fetches an https URL of the public internet. A caller who names a URL must not see
 * through Postern what only Postern can reach: the name is resolved once, all of its addresses are
 * checked, and it is one of those that is connected to. The words of a refusal hold nothing that
 * came from there but the status.
 */
export function downloader({
  resolve = addressesOf,
  connect = (host) => ({ host }),
}: DownloadOptions): Web['download'] {
  return async function download(text, mostBytes, signal) {
    const url = readUrl(text)
    if (typeof url === 'string') return refused(url)
    const limited = AbortSignal.any([signal, AbortSignal.timeout(mostMs)])
    try {
      const addresses = await withSignal(resolve(nameOf(url)), limited)
      if (addresses.length === 0) return refused(unknownName)
      if (!addresses.every(isGlobalAddress)) return refused(notPublic)
      return await fetchFrom(url, connect(addresses[0]!), mostBytes, limited)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      return refused(limited.aborted ? tooSlow : inWords(error))
    }
  }
}

const notPublic = 'the URL does not lead to the public internet'
const unknownName = 'the name in the URL has no address'
const tooSlow = `it took longer than ${mostMs / 1_000} s`

/** The URL, or which rule it breaks. */
function readUrl(text: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:') return 'an https URL is needed'
  if (url.username !== '' || url.password !== '') return 'a URL without user and password is needed'
  if (url.port !== '') return 'a URL without a port is needed'
  return url
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

function fetchFrom(
  url: URL,
  place: RequestOptions,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Download> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      ...place,
      path: `${url.pathname}${url.search}`,
      servername: isIP(nameOf(url)) ? '' : nameOf(url),
      headers: { host: url.host, accept: '*/*', 'accept-encoding': 'identity' },
      // A connection of its own: a kept one might lead to an address of another check.
      agent: false,
      signal,
    }
    const asked = request(options, (answer) => {
      read(answer, mostBytes)
        .then(resolve, reject)
        .finally(() => asked.destroy())
    })
    asked.on('error', reject).end()
  })
}

async function read(answer: IncomingMessage, mostBytes: number): Promise<Download> {
  const { statusCode, headers } = answer
  if (statusCode !== 200)
    return refused(`it answered with status ${statusCode}, where 200 is needed`)
  if (headers['content-encoding']) return refused('it answered in a compressed form')
  const tooLarge = refused(`it is larger than ${mostBytes} bytes`)
  if (Number(headers['content-length'] ?? 0) > mostBytes) return tooLarge
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > mostBytes) return tooLarge
    chunks.push(chunk)
  }
  const contentType = headers['content-type']
  return {
    kind: 'downloaded',
    bytes: Buffer.concat(chunks, size),
    ...(contentType !== undefined && { contentType }),
  }
}

/** Its code says what happened; its message may quote the other side. */
function inWords(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  if (code === 'ENOTFOUND' || code === 'ENODATA') return unknownName
  if (isTlsFault(code)) return 'its certificate is not valid'
  return `it could not be fetched${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}`
}

function refused(reason: string): Download & { kind: 'refused' } {
  return { kind: 'refused', reason }
}
