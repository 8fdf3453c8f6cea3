import type { EngineName } from '../email/engine-name.ts'
import type { StoredVerdict } from '../ports/standing.ts'
import type { Postern } from '../ports/postern.ts'
import type { SavedSettings, SettingsFault } from '../settings/layers.ts'
import { checkCandidate, type SettingsCandidate } from './candidate.ts'
import type { InForce } from '../ports/in-force.ts'
import { wakeEngines } from '../wake.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'
import { domainEvents } from './domain-events.ts'
import { affectedEngines } from './affected.ts'
import { waitingProjects } from './removed-projects.ts'
import { withFeedbackKey } from './feedback-key.ts'
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
 * Saves settings and secrets together, or nothing at all. The engines that the change is about are
 * asked first whether they would take mail with it, without touching the settings and secrets in
 * force: all else can be saved while a server is down. Saved, it ends their pauses, and what waited
 * is tried at once.
 */
export async function saveSettings(
  postern: Postern,
  change: SettingsChange,
): Promise<SettingsSaved> {
  const checked = await checkCandidate(postern, change)
  if (checked.kind === 'invalid') return checked
  const { settings, saved, before, version } = checked
  const secrets = withFeedbackKey(settings, checked.secrets)
  const faults = [
    ...sizeFaults(postern, saved, secrets),
    ...(await waitingProjects(postern, settings)),
  ]
  if (faults.length > 0) return { kind: 'invalid', faults }
  // Of the stored document: a broken one must be named too, to be repaired.
  if (change.version !== version) return { kind: 'conflict', version }
  const affected = affectedEngines(before, settings, secrets)
  const asked = change.force ? {} : await ask(postern, { settings, secrets }, affected)
  const refusal = refusalOf(asked)
  if (refusal) return { kind: 'unverified', ...refusal }
  const others = await saidOfOthers(postern, version, affected)
  const said = { ...others.engines, ...asked }
  const at = Object.keys(asked).length > 0 ? postern.clock.now() : others.at
  const stored = await postern.settings.write(saved, secrets, change.version)
  if (!stored) return { kind: 'conflict', version: (await postern.settings.read()).version }
  const now = { version: stored.version, at: postern.clock.now() }
  for (const event of domainEvents(before, settings, now)) await postern.events.record(event)
  if (Object.keys(said).length > 0) await keepVerdict(postern, stored.version, said, at)
  const inForce = await postern.inForce.refresh()
  await wakeEngines(postern, [...affected, ...(await pausedAmong(postern, settings))])
  return { kind: 'saved', inForce }
}

/** Room for the version of one new secret in the document, in bytes. */
const pinBytes = 40

/** What cannot be kept for its size. */
export function sizeFaults(
  { settings: { limits } }: Postern,
  saved: SavedSettings,
  secrets: Readonly<Record<string, string>>,
): SettingsFault[] {
  const bytes = Buffer.byteLength(JSON.stringify(saved)) + pinBytes * Object.keys(secrets).length
  if (bytes <= limits.bytes) return []
  const rule = `all settings together take ${bytes} bytes; ${limits.bytes} can be kept here`
  return [{ path: '(document)', rule }]
}

interface Wanted {
  readonly settings: Settings
  readonly secrets: Readonly<Record<string, string>>
}

async function ask(
  { fleet }: Postern,
  { settings, secrets }: Wanted,
  engines: readonly EngineName[],
): Promise<StoredVerdict['engines']> {
  return engines.length > 0 ? fleet.verify({ ...settings, engine: [...engines] }, secrets) : {}
}

/** What is known of the engines that a change does not touch still holds. */
export async function saidOfOthers(
  { standing, inForce }: Postern,
  version: string,
  affected: readonly string[],
): Promise<Pick<StoredVerdict, 'engines'> & { readonly at?: number }> {
  const verdict = await standing.readVerdict()
  if (verdict?.about !== inForce.seal(version)) return { engines: {} }
  const others = Object.entries(verdict.engines).filter(([name]) => !affected.includes(name))
  return { engines: Object.fromEntries(others), at: verdict.at }
}

/** A save ends every pause: the cure may lie elsewhere, and what waits is tried. */
async function pausedAmong({ standing }: Postern, settings: Settings): Promise<EngineName[]> {
  const names = enginesOf(settings)
  const standings = await Promise.all(names.map((name) => standing.read(name)))
  return names.filter((_, at) => standings[at]!.pauses > 0)
}

function refusalOf(verdicts: StoredVerdict['engines']) {
  for (const [engine, verdict] of Object.entries(verdicts))
    if (!verdict.valid) return { engine, reason: verdict.reason }
  return undefined
}
