import type { Settings } from '../../mail/settings/settings.ts'
import { presetOf, type TokenGrant } from '../../mail/settings/smtp-presets.ts'

/** How access tokens are come by: the settings made ready for use. */
export interface Grant {
  readonly kind: TokenGrant
  readonly endpoint: URL
  readonly clientId: string
  readonly scope?: string
  /** The mailbox that a service account acts for. */
  readonly user: string
  readonly clientSecret?: string
  readonly refreshToken?: string
  readonly privateKey?: string
}

type SmtpSettings = Settings['smtp']
type Secrets = Readonly<Record<string, string | undefined>>

/** The grant, or what a person must still fill in. */
export function grantOf(smtp: SmtpSettings, secrets: Secrets): Grant | string {
  const { grant: kind, clientId } = smtp.oauth2
  const clientSecret = secrets['smtp.oauth2.clientSecret']
  const refreshToken = secrets['smtp.oauth2.refreshToken']
  const key = keyOf(secrets['smtp.oauth2.privateKey'])
  const endpoint = endpointOf(smtp)
  const id = clientId ?? key?.account
  if (!smtp.username) return 'OAuth 2.0 needs the mailbox to log in to (smtp.username)'
  if (typeof endpoint === 'string') return endpoint
  if (!id) return 'OAuth 2.0 needs a client id (smtp.oauth2.clientId)'
  if (kind === 'refreshToken' && !refreshToken) return missing('refreshToken')
  if (kind === 'clientCredentials' && !clientSecret) return missing('clientSecret')
  if (kind === 'serviceAccount' && !key) return missing('privateKey')
  const scope = smtp.oauth2.scope ?? ownOf(smtp)?.scope[kind]
  return {
    kind,
    endpoint,
    clientId: id,
    scope,
    user: smtp.username,
    clientSecret,
    refreshToken,
    privateKey: key?.pem,
  }
}

function missing(name: string): string {
  return `OAuth 2.0 is set, but there is no secret smtp.oauth2.${name}`
}

function ownOf({ preset }: SmtpSettings) {
  return preset === null ? undefined : presetOf(preset)?.oauth2
}

function endpointOf(smtp: SmtpSettings): URL | string {
  const { tokenEndpoint, tenant } = smtp.oauth2
  const text = tokenEndpoint ?? ownOf(smtp)?.tokenEndpoint
  if (!text) return 'OAuth 2.0 needs a token endpoint (smtp.oauth2.tokenEndpoint)'
  if (text.includes('<tenant>') && !tenant)
    return 'OAuth 2.0 needs the directory (tenant) id (smtp.oauth2.tenant)'
  return new URL(text.replace('<tenant>', encodeURIComponent(tenant ?? '')))
}

/** A PEM key, or the whole JSON file with one that Google hands out for a service account. */
function keyOf(secret: string | undefined): { pem: string; account?: string } | undefined {
  if (!secret?.trimStart().startsWith('{')) return secret ? { pem: secret } : undefined
  try {
    const { private_key: pem, client_email: account } = JSON.parse(secret) as Record<string, string>
    return pem ? { pem, account } : undefined
  } catch {
    return undefined
  }
}
