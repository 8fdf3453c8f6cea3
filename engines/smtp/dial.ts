import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { connect as connectTcp, isIP } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../../mail/ports/clock.ts'
import { deadlines } from '../time/deadlines.ts'
import { within } from '../../mail/clock.ts'
import type { Limit } from '../../mail/clock.ts'
import type { Target } from './target.ts'

export interface DialOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Finds the addresses of the server; the operating system's way unless said otherwise. */
  readonly lookup?: LookupFunction
}

/**
 * How long one address is tried alone before the next one is tried as well, in milliseconds. Longer
 * than the 250 ms of RFC 8305: a server counts connections, and one at the other end of the world
 * is not dead.
 */
const headStartMs = 1_000

/**
 * Opens the connection, and TLS on it where it starts with that. The socket is ours and not
 * nodemailer's, so that errors keep their codes, all addresses of a host are tried, and
 * destroying it stops everything at once. Rejects with Node's error, or when the signal aborts.
 */
export async function dial(target: Target, options: DialOptions): Promise<Socket> {
  const socket = await firstOf(await addressesOf(target.host, options), target, options)
  if (target.security !== 'tls') return socket
  return within({ ...options, ms: deadlines.smtp.handshake }, (signal) =>
    ready(socket, 'secureConnect', signal),
  )
}

async function addressesOf(host: string, { lookup = systemLookup, ...options }: DialOptions) {
  if (isIP(host)) return [host]
  return within({ ...options, ms: deadlines.smtp.lookUp }, (signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>()
    const abort = () => reject(new Error('no address of the server in time'))
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    lookup(host, { all: true }, (error, found) => {
      if (error) return reject(error)
      resolve([...new Set((found as LookupAddress[]).map(({ address }) => address))])
    })
    return promise
  })
}

/** The connection to the address that answers first; each has a head start before the next. */
async function firstOf(addresses: readonly string[], target: Target, options: DialOptions) {
  const { clock } = options
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const tries: Promise<Socket>[] = []
  for (const address of addresses) {
    tries.push(connectTo(address, target, { clock, ms: deadlines.smtp.connect, signal }))
    const next = clock.until(clock.now() + headStartMs, signal)
    if (await Promise.race([Promise.any(tries), next]).catch(() => undefined)) break
  }
  return Promise.any(tries).finally(() => over.abort('one is enough'))
}

function connectTo(address: string, { host, port, tls, security }: Target, limit: Limit) {
  return within(limit, (signal) => {
    const place = { host: address, port, noDelay: true }
    if (security !== 'tls') return ready(connectTcp(place), 'connect', signal)
    // The name for SNI must not be an address (RFC 6066 section 3).
    const servername = isIP(host) ? {} : { servername: host }
    return ready(connectTls({ ...place, ...tls, ...servername }), 'connect', signal)
  })
}

function ready(socket: Socket, event: string, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const abort = () => socket.destroy(new Error('no connection in time'))
  // Stays for good: an error of an abandoned socket concerns no one.
  socket.on('error', reject)
  socket.once('close', () => reject(new Error('the connection was closed')))
  socket.once(event, () => resolve(socket))
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  return promise.finally(() => signal.removeEventListener('abort', abort))
}
