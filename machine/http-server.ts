import { createServer, type OutgoingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import { isIPv6, type AddressInfo, type Socket } from 'node:net'
import { getRequestListener, RequestError } from '@hono/node-server'
import { spelledHeaders } from '../api/http/header-case.ts'
import { connectionLimit, type ConnectionLimit } from './connection-limit.ts'
import { nameClient } from './name-client.ts'
import { listenFailure } from './listen-failure.ts'
import { mostOpenFiles } from './open-files.ts'

export interface HttpServer {
  /** Where this machine reaches it, without a slash at the end. */
  readonly url: string
  /** Takes no new request and resolves when the open ones are answered. */
  close(): Promise<void>
}

/**
 * How long things may take, in milliseconds: 60 MB through a slow line; the header fields alone;
 * and an idle connection, longer than the 60 s after which usual load balancers drop theirs.
 */
export const usualTimeouts = {
  requestTimeout: 120_000,
  headersTimeout: 20_000,
  keepAliveTimeout: 65_000,
  // How often that is looked after.
  connectionsCheckingInterval: 5_000,
}

const usualVariables = { port: 'POSTERN_PORT', host: 'POSTERN_HOST' } as const

/** When stopping, an answer that takes longer is cut off: long polls and stalled uploads. */
const patienceMs = 5_000

interface HttpPlace {
  readonly port: number
  readonly host: string
  /** What choose them. */
  readonly variables?: { readonly port: string; readonly host: string }
  /** IP addresses. */
  readonly proxies?: readonly string[]
  /** At a time; half of the files that the process may have open unless given. */
  readonly mostConnections?: number
  readonly timeouts?: typeof usualTimeouts
}

/** Each connection is a file, and the rest needs some too. More only cost memory. */
function usualConnections(): number {
  return Math.min(10_000, Math.floor(mostOpenFiles() / 2))
}

/**
 * Serves a fetch handler over HTTP.
 *
 * @throws Failure in words for the user, when it cannot listen there
 */
export async function serveHttp(
  fetch: (request: Request) => Response | Promise<Response>,
  place: HttpPlace,
): Promise<HttpServer> {
  const { host, proxies = [], mostConnections = usualConnections() } = place
  const options = { overrideGlobalObjects: true, errorHandler: answerError }
  const answer = getRequestListener(fetch, options)
  const connections = connectionLimit({ most: mostConnections, shared: proxies })
  const server = createServer(place.timeouts ?? usualTimeouts, (incoming, outgoing) => {
    const { socket } = incoming
    watch(connections, socket, outgoing)
    nameClient(incoming, proxies)
    spellHeaders(outgoing, () => connections.know(socket))
    void answer(incoming, outgoing)
  })
  server.on('connection', (socket) => connections.admit(socket) || socket.destroy())
  await listen(server, place)
  const { port: actual } = server.address() as AddressInfo
  return { url: `http://${reachable(host)}:${actual}`, close: () => close(server) }
}

/** A connection that is being answered is the last to go. */
function watch(connections: ConnectionLimit, socket: Socket, outgoing: ServerResponse) {
  connections.busy(socket, true)
  outgoing.once('close', () => connections.busy(socket, false))
}

/**
 * Fetch's Headers forget the case of names, and the listener writes them from there.
 *
 * @param onKnown called when the caller has shown a key: only then it is told its rate
 */
function spellHeaders(outgoing: ServerResponse, onKnown: () => void) {
  const write = outgoing.writeHead.bind(outgoing)
  outgoing.writeHead = ((status: number, headers: OutgoingHttpHeaders = {}) => {
    if ('ratelimit-limit' in headers || 'x-ratelimit-limit' in headers) onKnown()
    return write(status, spelledHeaders(headers))
  }) as typeof outgoing.writeHead
}

/** What never reached the app, because no Request can be made of it: a broken Host or target. */
function answerError(error: unknown): Response {
  const [statusCode, name, message] =
    error instanceof RequestError
      ? [400, 'validation_error', 'The Host header or the address of the request is broken.']
      : [500, 'internal_server_error', 'Postern failed here.']
  return Response.json({ statusCode, name, message }, { status: statusCode })
}

function listen(server: Server, { port, host, variables = usualVariables }: HttpPlace) {
  const named = { portVariable: variables.port, hostVariable: variables.host }
  return new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(listenFailure(error, { what: '', port, host, ...named })),
    )
    server.listen({ port, host }, resolve)
  })
}

/** The name for URLs: an address that means "all of them" cannot be connected to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIPv6(host) ? `[${host}]` : host
}

function close(server: Server): Promise<void> {
  // A connection that was busy when the server closed is idle later and would stay.
  const tidy = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), patienceMs)
  return new Promise((resolve) => {
    server.close(() => {
      clearInterval(tidy)
      clearTimeout(cut)
      resolve()
    })
  })
}
