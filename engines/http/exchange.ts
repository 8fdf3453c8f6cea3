import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { SecureContextOptions } from 'node:tls'
import type { Clock } from '../../mail/ports/clock.ts'
import { remoteText } from '../../mail/email/outcome.ts'
import { isTlsFault } from '../../mail/email/tls-fault.ts'
import { deadlines } from '../time/deadlines.ts'
import { within } from '../../mail/clock.ts'

interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** What one HTTP exchange came to: data, because a provider's engine makes an outcome of it. */
export type Exchange = Answer | Loss

export interface Answer {
  readonly kind: 'answered'
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As much as came, at most 64 kB; empty when it came compressed. The status decides. */
  readonly body: Buffer
  /** Whether all of the request had left when the answer came. */
  readonly wholeRequest: boolean
}

export interface Loss {
  readonly kind: 'lost'
  readonly trouble: 'tls' | 'network' | 'deadline'
  readonly reason: string
  /**
   * Whether the last byte of the request was handed to the system. Before that no server has the
   * whole body, so nothing can have been accepted; after it, it may have been.
   */
  readonly wholeRequest: boolean
  /** Whether it went over a connection that had served before. */
  readonly onKept: boolean
}

/** Kept connections to HTTP servers. */
export interface HttpConnections {
  /** Exactly one try: no redirect, no retry of what may have arrived. Trouble is data. */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<Exchange>
  close(): void
}

/**
 * Longest a kept connection may be idle, in milliseconds. A server that closes one while a
 * request is on its way leaves that request in doubt, and a Lambda that was frozen finds all of
 * them dead. Under load a connection is never idle that long.
 */
const longestIdleMs = 1_000

/** Largest answer that is read, in bytes: providers answer a send with a few hundred. */
const longestBody = 65_536

// An ESM import of node:http loads all of undici: 30 ms at a cold start.
const http = process.getBuiltinModule('node:http')
const https = process.getBuiltinModule('node:https')

/** @param tls for servers with a certificate of a private CA */
export function httpConnections(clock: Clock, tls: SecureContextOptions = {}): HttpConnections {
  const options = { keepAlive: true, timeout: longestIdleMs }
  const agents = { http: new http.Agent(options), https: new https.Agent({ ...options, ...tls }) }
  let lastUsed = 0
  return {
    async exchange(request, signal) {
      // By the clock and not only by the agent's timer, which stands still in a frozen process.
      if (clock.now() - lastUsed > longestIdleMs) dropIdle(agents)
      try {
        return await within({ clock, ms: deadlines.http, signal }, (limit) =>
          onLiveConnection(agents, request, limit),
        )
      } finally {
        lastUsed = clock.now()
      }
    },
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

type Agents = Record<'http' | 'https', InstanceType<typeof http.Agent>>

function dropIdle(agents: Agents) {
  const kept = [agents.http, agents.https].flatMap((agent) => Object.values(agent.freeSockets))
  for (const socket of kept.flat()) socket?.destroy()
}

/** A kept connection that was dead before the request had left is not the try: a new one is. */
async function onLiveConnection(
  agents: Agents,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Exchange> {
  const first = await exchange(agents, request, signal)
  const isStale = first.kind === 'lost' && first.onKept && !first.wholeRequest
  if (!isStale || signal.aborted) return first
  dropIdle(agents)
  return exchange(agents, request, signal)
}

function exchange(agents: Agents, request: HttpRequest, signal: AbortSignal): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const started = start(agents, request, signal)
    let wholeRequest = false
    started.once('finish', () => (wholeRequest = true))
    // Stays after the answer: what breaks later does not matter, but must not end the process.
    started.on('error', (error) => {
      const onKept = started.reusedSocket
      resolve({ ...lossOf(error, signal), wholeRequest, onKept })
    })
    started.once('response', (response) => {
      const atAnswer = wholeRequest
      readBody(response)
        .then((body) => resolve(answerOf(response, body, atAnswer)), reject)
        .finally(() => wholeRequest || started.destroy())
    })
    started.end(request.body)
  })
}

function start(agents: Agents, request: HttpRequest, signal: AbortSignal): ClientRequest {
  const { method, url, headers, body } = request
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
  // Without a length Node would send chunks; without identity an answer could be a zip bomb.
  const fields = { ...headers, 'Accept-Encoding': 'identity', ...length }
  const isTls = url.protocol === 'https:'
  const agent = isTls ? agents.https : agents.http
  return (isTls ? https : http).request(url, { method, headers: fields, agent, signal })
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= longestBody) break
    }
  } catch {
    // The status has been said already; a body that breaks off only costs words.
  }
  return Buffer.concat(chunks).subarray(0, longestBody)
}

function answerOf(response: IncomingMessage, body: Buffer, wholeRequest: boolean): Answer {
  const isPlain = (response.headers['content-encoding'] ?? 'identity') === 'identity'
  return {
    kind: 'answered',
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: isPlain ? body : Buffer.alloc(0),
    wholeRequest,
  }
}

function lossOf(error: Error, signal: AbortSignal): Pick<Loss, 'kind' | 'trouble' | 'reason'> {
  if (signal.aborted)
    return { kind: 'lost', trouble: 'deadline', reason: 'no answer before the deadline' }
  const { code = error.name } = error as NodeJS.ErrnoException
  const trouble = isTlsFault(code) ? 'tls' : 'network'
  return { kind: 'lost', trouble, reason: remoteText(`${code}: ${error.message}`) }
}
