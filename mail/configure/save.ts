import type { StoredVerdict } from '../ports/standing.ts'
import type { Postern } from '../ports/postern.ts'
import type { SavedSettings, SettingsFault } from '../settings/layers.ts'
import { checkCandidate, type SettingsCandidate } from './candidate.ts'
import type { InForce } from '../ports/in-force.ts'
import { wakeEngines } from '../wake.ts'
import { enginesOf } from '../settings/settings.ts'
import { waitingProjects } from './removed-projects.ts'
import { keepVerdict } from './verify.ts'

/** What a caller wants saved. */
export interface SettingsChange extends SettingsCandidate {
  readonly settings: SavedSettings
  /** The version this was made from. */
  readonly version: string
  /** Save without asking the engines first. */
  readonly force?: boolean
}

type SettingsSaved =
  | { readonly kind: 'saved'; readonly inForce: InForce }
  /** Someone else saved in the meantime: nothing was overwritten. */
  | { readonly kind: 'conflict'; readonly version: string }
  | { readonly kind: 'invalid'; readonly faults: readonly SettingsFault[] }
  /** An engine would not take mail with these; `force` saves them all the same. */
  | { readonly kind: 'unverified'; readonly engine: string; readonly reason: string }

/**
 * Saves settings and secrets together, or nothing at all. The engines are asked first whether
 * they would take mail with them, without touching the settings and secrets in force. Saved, they
 * end every pause: what waited is tried with them at once.
 */
export async function saveSettings(
  postern: Postern,
  change: SettingsChange,
): Promise<SettingsSaved> {
  const checked = await checkCandidate(postern, change)
  if (checked.kind === 'invalid') return checked
  const { settings, saved, secrets, version } = checked
  const faults = [
    ...sizeFaults(postern, saved, secrets),
    ...(await waitingProjects(postern, settings)),
  ]
  if (faults.length > 0) return { kind: 'invalid', faults }
  // Of the stored document: a broken one must be named too, to be repaired.
  if (change.version !== version) return { kind: 'conflict', version }
  const verdicts = change.force ? undefined : await postern.fleet.verify(settings, secrets)
  const refusal = verdicts && refusalOf(verdicts)
  if (refusal) return { kind: 'unverified', ...refusal }
  const stored = await postern.settings.write(saved, secrets, change.version)
  if (!stored) return { kind: 'conflict', version: (await postern.settings.read()).version }
  if (verdicts) await keepVerdict(postern, stored.version, verdicts)
  const inForce = await postern.inForce.refresh()
  await wakeEngines(postern, enginesOf(settings))
  return { kind: 'saved', inForce }
}

/** Room for the version of one new secret in the document, in bytes. */
const pinBytes = 40

function sizeFaults(
  { settings: { limits } }: Postern,
  saved: SavedSettings,
  secrets: Readonly<Record<string, string>>,
): SettingsFault[] {
  const bytes = Buffer.byteLength(JSON.stringify(saved)) + pinBytes * Object.keys(secrets).length
  if (bytes <= limits.bytes) return []
  const rule = `all settings together take ${bytes} bytes; ${limits.bytes} can be kept here`
  return [{ path: '(document)', rule }]
}

/** The first engine that said no; switching mail off needs no consent. */
function refusalOf(verdicts: StoredVerdict['engines']) {
  for (const [engine, verdict] of Object.entries(verdicts))
    if (engine !== 'disabled' && !verdict.valid) return { engine, reason: verdict.reason }
  return undefined
}
