import { X509Certificate } from 'node:crypto'
import { rootCertificates, createSecureContext } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import type { Settings } from '../../mail/settings/settings.ts'
import { applyPreset } from '../../mail/settings/smtp-presets.ts'
import type { Trouble } from './trouble.ts'

type SmtpSettings = Settings['smtp']

/** The server to talk to, and how: the settings made ready for use. */
export interface Target {
  readonly kind: 'target'
  readonly host: string
  readonly port: number
  readonly security: SmtpSettings['security']
  readonly heloName?: string
  readonly login?: { readonly user: string; readonly pass: string }
  readonly tls: ConnectionOptions
}

/** Reads the settings; what a person must correct first is trouble, told in their words. */
export async function targetOf(
  settings: SmtpSettings,
  password: string | undefined,
): Promise<Target | Trouble> {
  const place = applyPreset(settings)
  if (place.host === '') return blocked('no server is set (smtp.host)')
  const { username: user } = settings
  if (user && !password) return blocked('a username is set, but no password (smtp.password)')
  const secureContext = contextOf(settings.ca)
  if (!secureContext) return blocked('the certificates in smtp.ca are not valid PEM')
  return {
    kind: 'target',
    host: place.host,
    port: place.port,
    security: place.security,
    ...(settings.heloName && { heloName: settings.heloName }),
    ...(user && password && { login: { user, pass: password } }),
    tls: { secureContext, rejectUnauthorized: settings.verifyCertificate },
  }
}

function blocked(reason: string): Trouble {
  return { kind: 'blocked', reason }
}

/** TLS 1.2 at least (RFC 8996). Built once: reading all the well-known roots takes 10 ms. */
function contextOf(ca: string | null) {
  const minVersion = 'TLSv1.2'
  if (ca === null) return createSecureContext({ minVersion })
  if (!readable(ca)) return undefined
  return createSecureContext({ minVersion, ca: [...rootCertificates, ca] })
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
