import type * as OAuth from 'oauth4webapi'
import type { Clock } from '../../mail/ports/clock.ts'
import { remoteText } from '../../mail/email/outcome.ts'
import type { Exchange, HttpConnections } from '../http/exchange.ts'
import { assertionOf } from './token-assertion.ts'
import type { Grant } from './token-grant.ts'
import type { Trouble } from './trouble.ts'

export interface AccessToken {
  readonly kind: 'token'
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** What is asked for a token, and when it is. */
interface TokenEndpoint {
  readonly http: () => HttpConnections
  readonly clock: Clock
}

/** Seconds that a token is good for where the answer does not say (RFC 6749 section 5.1). */
const usualSeconds = 300

/**
 * Asks the token endpoint once (RFC 6749; RFC 7523 for service accounts). A refusal is about the
 * settings: a person must look. An endpoint that cannot be reached or is busy may recover.
 */
export async function requestToken(
  grant: Grant,
  { http: open, clock }: TokenEndpoint,
  signal: AbortSignal,
): Promise<AccessToken | Trouble> {
  // Loaded on first use: only who logs in with tokens pays for it.
  const oauth = await import('oauth4webapi')
  let said: Exchange | undefined
  const http = open()
  const options = {
    signal,
    async [oauth.customFetch](url: string, { method, headers, body }: Asked) {
      said = await http.exchange({ method, url: new URL(url), headers, body: String(body) }, signal)
      if (said.kind === 'lost') throw new Error(said.reason)
      return responseOf(said)
    },
  }
  try {
    const { access_token: token, expires_in: seconds = usualSeconds } = await ask(
      oauth,
      grant,
      options,
      clock.now(),
    )
    return { kind: 'token', token, expiresAt: clock.now() + seconds * 1_000 }
  } catch (error) {
    return troubleOf(error, said)
  } finally {
    http.close()
  }
}

interface Asked {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

function ask(oauth: typeof OAuth, grant: Grant, options: object, now: number) {
  const server = { issuer: grant.endpoint.origin, token_endpoint: grant.endpoint.href }
  const client = { client_id: grant.clientId }
  const login = grant.clientSecret ? oauth.ClientSecretPost(grant.clientSecret) : oauth.None()
  const scope: Record<string, string> = grant.scope ? { scope: grant.scope } : {}
  switch (grant.kind) {
    case 'clientCredentials':
      return oauth
        .clientCredentialsGrantRequest(server, client, login, scope, options)
        .then((response) => oauth.processClientCredentialsResponse(server, client, response))
    case 'refreshToken':
      return oauth
        .refreshTokenGrantRequest(server, client, login, grant.refreshToken!, {
          ...options,
          additionalParameters: scope,
        })
        .then((response) => oauth.processRefreshTokenResponse(server, client, response))
    case 'serviceAccount':
      return oauth
        .genericTokenEndpointRequest(
          server,
          client,
          withoutClient,
          jwtBearer,
          { assertion: assertionOf(grant, now) },
          options,
        )
        .then((response) => oauth.processGenericTokenEndpointResponse(server, client, response))
  }
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** The assertion says who asks. */
const withoutClient: OAuth.ClientAuth = () => undefined

/** Only what is needed: an id token, say, would be checked although none was asked for. */
function responseOf({ status, body }: Exchange & { kind: 'answered' }): Response {
  const headers = { 'content-type': 'application/json' }
  return new Response(withoutIdToken(body.toString()), { status, headers })
}

function withoutIdToken(text: string): string {
  try {
    return JSON.stringify({ ...(JSON.parse(text) as object), id_token: undefined })
  } catch {
    return text
  }
}

function troubleOf(error: unknown, said: Exchange | undefined): Trouble {
  if (!said)
    return told(
      'blocked',
      `the secret smtp.oauth2.privateKey cannot be used: ${(error as Error).message}`,
    )
  if (said.kind === 'lost')
    return told(said.trouble === 'tls' ? 'blocked' : 'deferred', said.reason)
  const { status, body } = said
  const passes = status >= 500 || status === 429 || status === 408
  return told(passes ? 'deferred' : 'blocked', `${status} ${wordsOf(error, body)}`)
}

function told(kind: Trouble['kind'], words: string): Trouble {
  return { kind, reason: remoteText(`no access token: ${words}`) }
}

/** What RFC 6749 section 5.2 has for words, else what was said. */
function wordsOf(error: unknown, body: Buffer): string {
  const { error: code, error_description: words } = error as {
    error?: string
    error_description?: string
  }
  return code
    ? [code, words].filter(Boolean).join(': ')
    : body.toString() || (error as Error).message
}
