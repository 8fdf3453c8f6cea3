import { X509Certificate } from 'node:crypto'
import { rootCertificates, createSecureContext } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Settings } from '../../mail/settings/settings.ts'
import { applyPreset } from '../../mail/settings/smtp-presets.ts'
import { httpConnections } from '../http/exchange.ts'
import { accessTokens, type AccessTokens } from './access-tokens.ts'
import { machineName } from './hello-name.ts'
import { grantOf } from './token-grant.ts'
import { requestToken } from './token-request.ts'
import type { Trouble } from './trouble.ts'

type SmtpSettings = Settings['smtp']

/** The server to talk to, and how: the settings made ready for use. */
export interface Target {
  readonly kind: 'target'
  readonly host: string
  readonly port: number
  readonly security: SmtpSettings['security']
  /** Undefined: this machine has no name, only an address. */
  readonly heloName?: string
  readonly login?: Login
  readonly tls: ConnectionOptions
}

export type Login =
  | { readonly kind: 'password'; readonly user: string; readonly pass: string }
  | { readonly kind: 'tokens'; readonly user: string; readonly tokens: AccessTokens }

/** What settings are made ready with. */
interface Provisions {
  readonly secrets: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
}

/** Reads the settings; what a person must correct first is trouble, told in their words. */
export async function targetOf(
  settings: SmtpSettings,
  provisions: Provisions,
): Promise<Target | Trouble> {
  const place = applyPreset(settings)
  if (place.host === '') return blocked('no server is set (smtp.host)')
  const secureContext = contextOf(settings.ca)
  if (!secureContext) return blocked('the certificates in smtp.ca are not valid PEM')
  const login = loginOf(settings, provisions)
  if (typeof login === 'string') return blocked(login)
  const heloName = settings.heloName ?? (await machineName())
  return {
    kind: 'target',
    host: place.host,
    port: place.port,
    security: place.security,
    ...(heloName && { heloName }),
    ...(login && { login }),
    tls: { secureContext, rejectUnauthorized: settings.verifyCertificate },
  }
}

/** Longest that a token endpoint may take, in milliseconds. */
const tokenMs = 10_000

/** How to log in; undefined: not at all. What is missing is told in words. */
function loginOf(
  settings: SmtpSettings,
  { secrets, clock }: Provisions,
): Login | string | undefined {
  const { username: user, auth, ca } = settings
  if (auth === 'oauth2') {
    const grant = grantOf(settings, secrets)
    if (typeof grant === 'string') return grant
    const endpoint = { clock, http: () => httpConnections(clock, ca === null ? {} : trusting(ca)) }
    const request = () => requestToken(grant, endpoint, AbortSignal.timeout(tokenMs))
    return { kind: 'tokens', user: grant.user, tokens: accessTokens(clock, request) }
  }
  if (!user) return undefined
  const pass = secrets['smtp.password']
  return pass
    ? { kind: 'password', user, pass }
    : 'a username is set, but no password (smtp.password)'
}

function trusting(ca: string) {
  return { ca: [...rootCertificates, ca] }
}

function blocked(reason: string): Trouble {
  return { kind: 'blocked', reason }
}

/** TLS 1.2 at least (RFC 8996). Built once: reading all the well-known roots takes 10 ms. */
function contextOf(ca: string | null) {
  const minVersion = 'TLSv1.2'
  if (ca === null) return createSecureContext({ minVersion })
  if (!readable(ca)) return undefined
  return createSecureContext({ minVersion, ...trusting(ca) })
}

/** OpenSSL passes over what it cannot read, and every server would look untrusted later. */
function readable(pem: string): boolean {
  const certificates = pem.match(certificate)
  try {
    certificates?.forEach((text) => new X509Certificate(text))
    return certificates !== null
  } catch {
    return false
  }
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
