import { readDkimKey } from './dkim.ts'
import type { StoredVerdict } from './ports.ts'
import type { Postern } from './postern.ts'
import {
  isPlainObject,
  resolveSettings,
  secretNames,
  type SavedSettings,
  type Settings,
  type SettingsFault,
  type SettingsLayers,
} from './settings.ts'
import type { InForce } from './settings-in-force.ts'
import { keepVerdict } from './verify.ts'

/** What somebody wants saved: the whole document, and secrets to add under new versions. */
export interface SettingsCandidate {
  readonly settings: SavedSettings
  readonly secrets?: Readonly<Record<string, string>>
  /** The version this was made from. */
  readonly version: string
  /** Save without asking the engines first. */
  readonly force?: boolean
}

export type SettingsSaved =
  | { readonly kind: 'saved'; readonly inForce: InForce }
  /** Somebody saved meanwhile: nothing was overwritten. */
  | { readonly kind: 'conflict'; readonly version: string }
  | { readonly kind: 'invalid'; readonly faults: readonly SettingsFault[] }
  /** An engine would not take mail with these; `force` saves them all the same. */
  | { readonly kind: 'unverified'; readonly engine: string; readonly reason: string }

/** Longest secret, in characters: an SSM parameter holds 4 KB. */
const longestSecret = 4_096

/**
 * Saves settings and secrets together, or nothing at all. The engines are asked first whether
 * they would take mail with them, without touching the settings and secrets in force.
 *
 * Refused are: faults of any kind, another value for a locked key, and a new place to send a
 * stored secret to without the secret being given again, so that nobody can have a stored
 * password sent to a server of their own.
 */
export async function saveSettings(
  postern: Postern,
  candidate: SettingsCandidate,
): Promise<SettingsSaved> {
  const { defaults, locks } = postern.inForce
  // In this order: what is compared with is at least as new as what the write expects.
  const { settings: document, version } = await postern.settings.read()
  const current = await postern.inForce.refresh()
  const before = readable(document, current, { defaults, locks })
  const { secrets = {} } = candidate
  // Only Postern says which version of a secret is active.
  const saved: SavedSettings = { ...candidate.settings, secrets: before.secrets }
  const resolved = resolveSettings({ defaults, saved, locks })
  const faults = [
    ...('faults' in resolved ? resolved.faults : []),
    ...lockFaults(candidate.settings, locks),
    ...secretFaults(secrets),
    ...('settings' in resolved ? exposedSecrets(before, resolved.settings, secrets) : []),
  ]
  if ('faults' in resolved || faults.length > 0) return { kind: 'invalid', faults }
  // Of the document as it lies there: a broken one must be named too, to be repaired.
  if (candidate.version !== version) return { kind: 'conflict', version }
  const verdicts = candidate.force
    ? undefined
    : await postern.fleet.verify(resolved.settings, secrets)
  const refusal = verdicts && refusalOf(verdicts)
  if (refusal) return { kind: 'unverified', ...refusal }
  const stored = await postern.settings.write(saved, secrets, candidate.version)
  if (!stored) return { kind: 'conflict', version: (await postern.settings.read()).version }
  if (verdicts) await keepVerdict(postern, stored.version, verdicts)
  return { kind: 'saved', inForce: await postern.inForce.refresh() }
}

/**
 * The settings that a save is compared with, for which secrets they name and where those go: the
 * last good ones, or of a document that was broken from the start what can be read of it.
 */
function readable(
  document: unknown,
  current: InForce,
  layers: Omit<SettingsLayers, 'saved'>,
): Settings {
  if (current.faults.length === 0 || !isPlainObject(document)) return current.settings
  for (const keys of [['smtp', 'secrets'], ['secrets']]) {
    const saved = Object.fromEntries(Object.entries(document).filter(([key]) => keys.includes(key)))
    const resolved = resolveSettings({ ...layers, saved })
    if ('settings' in resolved) return resolved.settings
  }
  return current.settings
}

/** The first engine that said no; switching mail off needs nobody's consent. */
function refusalOf(verdicts: StoredVerdict['engines']) {
  for (const [engine, verdict] of Object.entries(verdicts))
    if (engine !== 'disabled' && !verdict.valid) return { engine, reason: verdict.reason }
  return undefined
}

/** A lock may be repeated but not contradicted. */
function lockFaults(settings: SavedSettings, locks: SavedSettings, path = ''): SettingsFault[] {
  return Object.entries(locks).flatMap(([key, lock]): SettingsFault[] => {
    const wanted = settings[key]
    const here = `${path}${key}`
    if (wanted === undefined) return []
    if (isPlainObject(lock) && isPlainObject(wanted)) return lockFaults(wanted, lock, `${here}.`)
    if (JSON.stringify(lock) === JSON.stringify(wanted)) return []
    return [{ path: here, rule: `locked to ${JSON.stringify(lock)} where Postern was deployed` }]
  })
}

function secretFaults(secrets: Readonly<Record<string, string>>): SettingsFault[] {
  return Object.entries(secrets).flatMap(([name, value]): SettingsFault[] => {
    const path = `secrets.${name}`
    if (!(secretNames as readonly string[]).includes(name))
      return [{ path, rule: `unknown secret: there are ${secretNames.join(', ')}` }]
    if (value.length < 1 || value.length > longestSecret)
      return [{ path, rule: `1 to ${longestSecret} characters are needed` }]
    return name === 'dkim.privateKey' ? dkimKeyFaults(path, value) : []
  })
}

function dkimKeyFaults(path: string, pem: string): SettingsFault[] {
  try {
    readDkimKey(pem)
    return []
  } catch (error) {
    return [{ path, rule: (error as Error).message }]
  }
}

/** From safe to unsafe: moving to the right weakens the protection of a password on its way. */
const securities = ['tls', 'starttls', 'opportunistic', 'none'] as const

function exposedSecrets(
  before: Settings,
  after: Settings,
  given: Readonly<Record<string, string>>,
): SettingsFault[] {
  const stored = before.secrets['smtp.password'] !== undefined && !given['smtp.password']
  const [old, now] = [before.smtp, after.smtp]
  const changed = (['host', 'port', 'username', 'preset'] as const).filter(
    (key) => old[key] !== now[key],
  )
  const weaker = [
    ...(securities.indexOf(now.security) > securities.indexOf(old.security) ? ['security'] : []),
    ...(old.verifyCertificate && !now.verifyCertificate ? ['verifyCertificate'] : []),
    ...(now.ca !== old.ca && now.ca !== null ? ['ca'] : []),
  ]
  if (!stored) return []
  return [...changed, ...weaker].map((key) => ({
    path: `smtp.${key}`,
    rule: 'changing this needs the secret smtp.password again',
  }))
}
