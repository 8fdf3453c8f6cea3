import type { Clock } from '../../mail/ports/clock.ts'
import { httpConnections, type Exchange } from './exchange.ts'
import { jsonBytes } from './json-bytes.ts'

/** A provider's API: its address, and what every call to it carries. */
export interface Api {
  /** Exactly one try; what came of it is data. A key that the answer echoes is taken out. */
  call(call: ApiCall, signal: AbortSignal): Promise<Exchange>
  close(): void
}

export interface ApiCall {
  readonly method: 'GET' | 'POST'
  /** Below the base, with its slash. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

interface ApiOptions {
  /** May have a path of its own, with or without a slash at its end. */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  /** What no reason may ever tell. */
  readonly secret: string
  readonly clock: Clock
}

export function httpApi({ base, headers, secret, clock }: ApiOptions): Api {
  const connections = httpConnections(clock)
  const root = new URL(base).href.replace(/\/+$/, '')
  const usual = { Accept: 'application/json', 'User-Agent': 'postern', ...headers }
  return {
    async call({ method, path, body, ...own }, signal) {
      const url = new URL(`${root}${path}`)
      const request = { method, url, headers: { ...usual, ...own.headers }, body }
      return withoutSecret(await connections.exchange(request, signal), secret)
    },
    close: () => connections.close(),
  }
}

/** A call that brings JSON. */
export async function postJson(path: string, body: object) {
  const headers = { 'Content-Type': 'application/json' }
  return { method: 'POST', path, headers, body: await jsonBytes(body) } satisfies ApiCall
}

function withoutSecret(done: Exchange, secret: string): Exchange {
  if (done.kind === 'lost' || secret === '' || !done.body.includes(secret)) return done
  return { ...done, body: Buffer.from(done.body.toString().replaceAll(secret, '[key]')) }
}
