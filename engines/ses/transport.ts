import type { Exchange, HttpConnections } from '../http/exchange.ts'

/** What became known of one call below the SDK: whether its request may have arrived. */
export interface Flight {
  /** The request was begun; before that nothing can have been accepted. */
  started?: true
  exchange?: Exchange
}

/** The part of the SDK's HttpRequest that a transport needs. */
interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query?: Readonly<Record<string, string | string[] | null>>
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

/** What a call of the SDK takes, and hands on to the request handler. */
export interface CallOptions {
  readonly abortSignal?: AbortSignal
  readonly flight?: Flight
}

/**
 * A request handler for the SDK that tells what its own cannot: whether the whole request had left
 * when the connection was lost. The SDK passes the options of a call on to it untouched.
 */
export function observedHandler(connections: HttpConnections) {
  return {
    async handle(request: SdkRequest, { abortSignal, flight = {} }: CallOptions = {}) {
      const { method, headers, body } = request
      const url = urlOf(request)
      const signal = abortSignal ?? AbortSignal.timeout(longestInnerCallMs)
      flight.started = true
      const done = await connections.exchange({ method, url, headers, body }, signal)
      flight.exchange = done
      if (done.kind === 'lost') throw new Error(done.reason)
      return {
        response: { statusCode: done.status, headers: fieldsOf(done.headers), body: done.body },
      }
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  }
}

/** For calls of the SDK's own, such as asking STS for credentials: they bring no signal. */
const longestInnerCallMs = 10_000

/** Makes a call; ends with the signal also while the SDK still looks for credentials. */
export function callUnder<Output>(
  call: (options: CallOptions) => Promise<Output>,
  signal: AbortSignal,
  flight: Flight,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const giveUp = () => flight.started || reject(new Error(noTimeToSign))
    if (signal.aborted) return giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    call({ abortSignal: signal, flight })
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', giveUp))
  })
}

/** The reason when the deadline passed before there was a request. */
export const noTimeToSign = 'no AWS credentials before the deadline'

function urlOf({ protocol, hostname, port, path, query = {} }: SdkRequest): URL {
  const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`)
  for (const [name, value] of Object.entries(query))
    for (const one of [value ?? ''].flat()) url.searchParams.append(name, one)
  return url
}

function fieldsOf(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, [value].flat().join(', ')]))
}
