import { EventEmitter, once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer, type SecureContextOptions } from 'node:tls'

/** What the server does with a connection. Nothing at all: it stays silent for ever. */
export interface Act {
  /** Bytes to say, exactly as they are. */
  readonly say?: string | Buffer
  /** When: as soon as the connection is there, at the end of the head, or of the whole request. */
  readonly at?: 'connect' | 'head' | 'request'
  /** Afterwards; a connection that is left alone serves the next request. */
  readonly then?: 'close' | 'reset' | 'hang'
}

export interface HttpExchange {
  readonly method: string
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Empty before all of it has come. */
  readonly body: Buffer
  readonly whole: boolean
  /** Counts from 1. */
  readonly connection: number
}

/** Decides by the request as far as it is there; called again until it answers with an act. */
type Script = (exchange: HttpExchange) => Act | undefined

export interface HttpServer {
  readonly url: string
  readonly port: number
  /** Whole requests, oldest first. */
  readonly requests: readonly HttpExchange[]
  readonly connections: number
  /** All bytes that clients sent, decrypted. */
  readonly bytes: number
  /** `hang`: it stays silent from now on; `leave`: a client is gone. */
  readonly events: EventEmitter<Record<'hang' | 'leave', []>>
  /** May be replaced at any time. */
  script: Script
  /** Resets every connection that is open. */
  resetAll(): Promise<void>
  close(): Promise<void>
}

/** An answer with a body and its length. */
export function answer(status: number, body = '', headers: Record<string, string> = {}): string {
  const fields = { 'Content-Length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} Said`, ...lines, '', body].join('\r\n')
}

/**
 * An HTTP server on bare sockets, so that it can do what no HTTP library would: half an answer,
 * none, a reset in the middle of a request, a request never read.
 */
export async function startHttpServer(
  script: Script,
  tls?: SecureContextOptions,
): Promise<HttpServer> {
  const requests: HttpExchange[] = []
  const sockets = new Set<Socket>()
  const events: HttpServer['events'] = new EventEmitter()
  const counts = { connections: 0, bytes: 0 }
  const state = { script }
  const serve = (socket: Socket) => {
    sockets.add(socket)
    counts.connections += 1
    socket.on('data', (chunk: Buffer) => (counts.bytes += chunk.length))
    socket.once('close', () => {
      sockets.delete(socket)
      events.emit('leave')
    })
    converse(socket, counts.connections, { state, requests, events })
  }
  const server = tls ? createTlsServer(tls, serve) : createServer({ allowHalfOpen: true }, serve)
  // A client that does not trust the certificate hangs up in the middle of the handshake.
  server.on('tlsClientError', () => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    events,
    get connections() {
      return counts.connections
    },
    get bytes() {
      return counts.bytes
    },
    get script() {
      return state.script
    },
    set script(next) {
      state.script = next
    },
    async resetAll() {
      const gone = [...sockets].map((socket) => once(socket, 'close'))
      for (const socket of sockets) socket.resetAndDestroy()
      await Promise.all(gone)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Conversation {
  readonly state: { readonly script: Script }
  readonly requests: HttpExchange[]
  readonly events: HttpServer['events']
}

function converse(socket: Socket, connection: number, to: Conversation) {
  let chunks: Buffer[] = []
  let head: Head | undefined
  let acted = false
  const consider = (exchange: HttpExchange) => {
    if (exchange.whole) to.requests.push(exchange)
    const act = acted ? undefined : to.state.script(exchange)
    if (act && isTime(act, exchange)) {
      acted = true
      play(socket, act, to.events)
    }
    if (exchange.whole) acted = false
  }
  socket.on('error', () => undefined)
  socket.on('end', () => socket.end())
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    head ??= headOf(Buffer.concat(chunks))
    if (!head) return
    const whole = chunks.reduce((sum, { length }) => sum + length, 0) >= head.size
    const body = whole ? Buffer.concat(chunks).subarray(head.bodyAt) : Buffer.alloc(0)
    const { method, path, headers } = head
    if (whole) [chunks, head] = [[], undefined]
    consider({ method, path, headers, body, whole, connection })
  })
  consider({ method: '', path: '', headers: {}, body: Buffer.alloc(0), whole: false, connection })
}

function isTime({ at = 'request' }: Act, { method, whole }: HttpExchange): boolean {
  return at === 'connect' || (at === 'head' ? method !== '' : whole)
}

function play(socket: Socket, { say, then }: Act, events: HttpServer['events']) {
  if (say !== undefined) socket.write(say)
  if (then === 'close') socket.end()
  if (then === 'reset') socket.resetAndDestroy()
  if (then === 'hang' || (say === undefined && then === undefined)) {
    socket.pause()
    events.emit('hang')
  }
}

interface Head extends Pick<HttpExchange, 'method' | 'path' | 'headers'> {
  readonly bodyAt: number
  /** Of the whole request, in bytes. */
  readonly size: number
}

/** Undefined before the end of the head. */
function headOf(received: Buffer): Head | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n')
  const [method = '', path = ''] = first.split(' ')
  const pairs = lines.map((line) => /^([^:]+):\s*(.*)$/.exec(line))
  const headers = Object.fromEntries(pairs.map((pair) => [pair![1]!.toLowerCase(), pair![2]!]))
  const bodyAt = end + 4
  return { method, path, headers, bodyAt, size: bodyAt + Number(headers['content-length'] ?? 0) }
}
