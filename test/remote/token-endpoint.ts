import type { SecureContextOptions } from 'node:tls'
import { answer, startHttpServer, type HttpServer } from './http-server.ts'

/** A token endpoint over TLS that hands out a new token at every request. */
export interface TokenEndpoint {
  readonly url: string
  /** What was asked for, oldest first. */
  readonly requests: readonly URLSearchParams[]
  /** The tokens that it would know again. */
  readonly tokens: ReadonlySet<string>
  /** Another answer than a token: a status and a body. */
  refuse(status: number, body: object | string): void
  /** Tokens again, each good for so many seconds. */
  grant(seconds?: number): void
  /** No token from before counts any more. */
  revoke(): void
  /** Says nothing more. */
  hang(): void
  readonly server: HttpServer
  close(): Promise<void>
}

export async function startTokenEndpoint(tls: SecureContextOptions): Promise<TokenEndpoint> {
  const requests: URLSearchParams[] = []
  const tokens = new Set<string>()
  let say: () => string | undefined = grantFor(3_600)

  function grantFor(seconds: number) {
    return () => {
      const token = `token-${tokens.size + 1}-of-${requests.length}`
      tokens.add(token)
      // An id token that was not asked for, as Google adds it; it would not stand a check.
      const body = { access_token: token, token_type: 'Bearer', expires_in: seconds, id_token: 'x' }
      return answer(200, JSON.stringify(body), { 'Content-Type': 'application/json' })
    }
  }

  const server = await startHttpServer(({ whole, method, path, body }) => {
    if (!whole) return undefined
    if (method !== 'POST' || path !== '/token') return { say: answer(404), then: 'close' }
    requests.push(new URLSearchParams(body.toString()))
    const said = say()
    return said === undefined ? { then: 'hang' } : { say: said }
  }, tls)

  return {
    url: `${server.url}/token`,
    requests,
    tokens,
    refuse(status, body) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const challenge = { 'WWW-Authenticate': 'Basic realm="clients"' }
      say = () => answer(status, text, { 'Content-Type': 'application/json', ...challenge })
    },
    grant: (seconds = 3_600) => void (say = grantFor(seconds)),
    revoke: () => tokens.clear(),
    hang: () => void (say = () => undefined),
    server,
    close: () => server.close(),
  }
}
