import { connect as connectTcp, isIP } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Target } from './target.ts'

/**
 * Time for one address of a host before the next is tried, in milliseconds. Node's own 250 ms
 * gives up on honest servers at the other end of the world.
 */
const addressMs = 1_000

/**
 * Opens the connection, and TLS on it where it starts with that. The socket is ours and not
 * nodemailer's, so that errors keep their codes, all addresses of a host are tried, and
 * destroying it stops everything at once. Rejects with Node's error, or when the signal aborts.
 */
export function dial(target: Target, signal: AbortSignal, lookup?: LookupFunction) {
  const { host, port, tls, security } = target
  const place = {
    host,
    port,
    noDelay: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: addressMs,
    ...(lookup && { lookup }),
  }
  if (security !== 'tls') return ready(connectTcp(place), 'connect', signal)
  // The name for SNI must not be an address (RFC 6066 section 3).
  const servername = isIP(host) ? {} : { servername: host }
  return ready(connectTls({ ...place, ...tls, ...servername }), 'secureConnect', signal)
}

function ready(socket: Socket, event: string, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const abort = () => socket.destroy(new Error('no connection in time'))
  // Stays for good: an error of a socket that was given up is nobody's concern.
  socket.on('error', reject)
  socket.once('close', () => reject(new Error('the connection was closed')))
  socket.once(event, () => resolve(socket))
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  return promise.finally(() => signal.removeEventListener('abort', abort))
}
