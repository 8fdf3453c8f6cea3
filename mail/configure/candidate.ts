import { readDkimKey } from '../compose/dkim.ts'
import type { Postern } from '../ports/postern.ts'
import {
  isPlainObject,
  type SavedSettings,
  type SettingsFault,
  type SettingsLayers,
} from '../settings/layers.ts'
import { resolveSettings, type Settings } from '../settings/settings.ts'
import { secretNames } from '../settings/secret-names.ts'
import type { InForce } from '../ports/in-force.ts'
import { exposureOf } from './exposed-secrets.ts'

/** Settings proposed by a caller: the whole document, and secrets to add to it. */
export interface SettingsCandidate {
  /** What is saved now unless given. */
  readonly settings?: SavedSettings
  readonly secrets?: Readonly<Record<string, string>>
}

type CheckedCandidate =
  | {
      readonly kind: 'good'
      /** All layers together. */
      readonly settings: Settings
      /** The document to save. */
      readonly saved: SavedSettings
      readonly secrets: Readonly<Record<string, string>>
      /** What it was compared with, and the version of that: of the stored document. */
      readonly before: Settings
      readonly version: string
    }
  | {
      readonly kind: 'invalid'
      readonly faults: readonly SettingsFault[]
    }

/** Longest secret, in characters: an SSM parameter holds 4 KB. */
const longestSecret = 4_096

/**
 * Checks settings before an engine is asked about them, and before they are saved.
 *
 * Refused are: faults of any kind, another value for a locked key, and a new place to send a
 * stored secret to without the secret being given again, so that a stored password cannot be
 * redirected to another server.
 */
export async function checkCandidate(
  postern: Postern,
  candidate: SettingsCandidate,
): Promise<CheckedCandidate> {
  const { defaults, locks } = postern.inForce
  const { before, current, version } = await settingsToCompare(postern)
  const { settings: wanted = current.saved, secrets = {} } = candidate
  // Only Postern says which version of a secret is active.
  const asIs: SavedSettings = { ...wanted, secrets: before.secrets }
  const resolved = resolveSettings({ defaults, saved: asIs, locks })
  const exposure =
    'settings' in resolved ? exposureOf(before, resolved.settings, secrets) : undefined
  const faults = [
    ...('faults' in resolved ? resolved.faults : []),
    ...lockFaults(wanted, locks),
    ...secretFaults(secrets),
    ...(exposure?.faults ?? []),
  ]
  if ('faults' in resolved || faults.length > 0) return { kind: 'invalid', faults }
  const pins = Object.entries(before.secrets).filter(
    ([name]) => !exposure?.forgotten.includes(name),
  )
  const left = { secrets: Object.fromEntries(pins) }
  const settings = { ...resolved.settings, ...left }
  return { kind: 'good', settings, saved: { ...wanted, ...left }, secrets, before, version }
}

/** What a candidate is compared with, and of which version of the document that is. */
export async function settingsToCompare({ settings, inForce }: Postern) {
  // In this order: what is compared with is at least as new as what a write expects.
  const { settings: document, version } = await settings.read()
  const current = await inForce.refresh()
  return { before: readable(document, current, inForce), current, version }
}

/**
 * The settings that a candidate is compared with, for which secrets they name and where those go: the
 * last good ones, or of a document that was broken from the start what can be read of it.
 */
function readable(
  document: unknown,
  current: InForce,
  { defaults, locks }: Omit<SettingsLayers, 'saved'>,
): Settings {
  if (current.faults.length === 0 || !isPlainObject(document)) return current.settings
  for (const keys of [['smtp', 'feedback', 'secrets'], ['smtp', 'secrets'], ['secrets']]) {
    const saved = Object.fromEntries(Object.entries(document).filter(([key]) => keys.includes(key)))
    const resolved = resolveSettings({ defaults, saved, locks })
    if ('settings' in resolved) return resolved.settings
  }
  return current.settings
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
