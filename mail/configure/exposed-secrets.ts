import type { SettingsFault } from '../settings/layers.ts'
import type { Settings } from '../settings/settings.ts'
import { presetOf, type TokenGrant } from '../settings/smtp-presets.ts'

type Smtp = Settings['smtp']
type Imap = Settings['feedback']['imap']

/** What a change of the settings does to stored secrets that were not given with it. */
interface Exposure {
  /** They would be sent to another place: the person who makes the change must know them. */
  readonly faults: readonly SettingsFault[]
  /** Not in use, and not given for the new place: no longer named. */
  readonly forgotten: readonly string[]
}

/** So that no one who may edit settings can have a stored secret sent to a server of their own. */
export function exposureOf(
  before: Settings,
  after: Settings,
  given: Readonly<Record<string, string>>,
): Exposure {
  const moved = [...changesOf(before.smtp, after.smtp), ...weakenings(before.smtp, after.smtp)]
  const endpoint = endpointChanges(before.smtp, after.smtp)
  const kept = Object.keys(before.secrets).filter((name) => !given[name])
  const movedSecrets = moved.length > 0 ? kept.filter((name) => name.startsWith('smtp.')) : []
  const endpointSecrets =
    endpoint.length > 0 ? kept.filter((name) => name.startsWith('smtp.oauth2.')) : []
  const inUse = secretsInUse(after.smtp)
  const asks = (keys: readonly string[], names: readonly string[]) =>
    keys.flatMap((key) => names.filter((name) => inUse.has(name)).map((name) => fault(key, name)))
  return {
    faults: [
      ...asks(moved, movedSecrets),
      ...asks(endpoint, endpointSecrets),
      ...mailboxFaults(before, after, kept),
    ],
    forgotten: [...movedSecrets, ...endpointSecrets].filter((name) => !inUse.has(name)),
  }
}

function fault(key: string, name: string, of = 'smtp'): SettingsFault {
  return { path: `${of}.${key}`, rule: `changing this needs the secret ${name} again` }
}

/** The mailbox of returned email is sent a password of its own, or tokens of the one for SMTP. */
function mailboxFaults(
  { feedback: { imap: old } }: Settings,
  { feedback: { imap: now }, smtp }: Settings,
  kept: readonly string[],
): SettingsFault[] {
  if (now.host === '') return []
  const { auth } = now
  const used =
    auth === 'password' ? ['feedback.imap.password'] : [...secretsInUse({ ...smtp, auth })]
  const names = used.filter((name) => kept.includes(name))
  const moved = [...mailboxChanges(old, now), ...weakenings(old, now)]
  return moved.flatMap((key) => names.map((name) => fault(key, name, 'feedback.imap')))
}

function mailboxChanges(old: Imap, now: Imap): string[] {
  return (['host', 'port', 'username', 'auth'] as const).filter((key) => old[key] !== now[key])
}

function secretsInUse({ auth, oauth2 }: Pick<Smtp, 'auth' | 'oauth2'>): ReadonlySet<string> {
  if (auth === 'password') return new Set(['smtp.password'])
  return new Set(grantSecrets[oauth2.grant].map((name) => `smtp.oauth2.${name}`))
}

/** What each way of getting tokens sends or signs with. */
const grantSecrets: Readonly<Record<TokenGrant, readonly string[]>> = {
  refreshToken: ['refreshToken', 'clientSecret'],
  clientCredentials: ['clientSecret'],
  serviceAccount: ['privateKey'],
}

function changesOf(old: Smtp, now: Smtp): string[] {
  return (['host', 'port', 'username', 'preset'] as const).filter((key) => old[key] !== now[key])
}

type Guarded = Pick<Smtp, 'security' | 'verifyCertificate' | 'ca'>

/** From safe to unsafe: moving to the right weakens the protection of a secret on its way. */
const securities = ['tls', 'starttls', 'opportunistic', 'none'] as const

function weakenings(old: Guarded, now: Guarded): string[] {
  return [
    ...(securities.indexOf(now.security) > securities.indexOf(old.security) ? ['security'] : []),
    ...(old.verifyCertificate && !now.verifyCertificate ? ['verifyCertificate'] : []),
    ...(now.ca !== old.ca && now.ca !== null ? ['ca'] : []),
  ]
}

/** Another place that the secrets for tokens go to, be it named or that of a preset. */
function endpointChanges(old: Smtp, now: Smtp): string[] {
  return [
    ...(endpointOf(old) !== endpointOf(now) ? ['oauth2.tokenEndpoint'] : []),
    ...(old.oauth2.tenant !== now.oauth2.tenant ? ['oauth2.tenant'] : []),
  ]
}

function endpointOf({ preset, oauth2 }: Smtp): string | undefined {
  return oauth2.tokenEndpoint ?? (preset ? presetOf(preset)?.oauth2?.tokenEndpoint : undefined)
}
