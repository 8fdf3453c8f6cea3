import type { Verdict } from '../email/outcome.ts'
import type { Postern } from '../ports/postern.ts'
import { spell, type SavedSettings } from '../settings/layers.ts'
import { enginesOf, resolveSettings, type Settings } from '../settings/settings.ts'
import { settingsToCompare } from './candidate.ts'
import { exposureOf } from './exposed-secrets.ts'

type Guarded =
  | { readonly kind: 'good'; readonly settings: Settings }
  /** What every engine is said to answer instead of being asked. */
  | { readonly kind: 'refused'; readonly verdicts: Readonly<Record<string, Verdict>> }

/**
 * Settings that someone else has put together, as far as stored secrets may be used with them: under
 * the locks of this place, with the secrets that are active here, and with none that would go to
 * another place than the saved settings say. For where secrets are read: a caller there need
 * not be Postern.
 */
export async function guarded(
  postern: Postern,
  asked: Settings,
  secrets: Readonly<Record<string, string>>,
): Promise<Guarded> {
  const { before } = await settingsToCompare(postern)
  const pins = Object.entries(before.secrets).filter(([name]) => name in asked.secrets)
  const saved: SavedSettings = { ...asked, secrets: Object.fromEntries(pins) }
  const resolved = resolveSettings({ defaults: {}, saved, locks: postern.inForce.locks })
  const faults =
    'faults' in resolved ? resolved.faults : exposureOf(before, resolved.settings, secrets).faults
  if ('settings' in resolved && faults.length === 0)
    return { kind: 'good', settings: resolved.settings }
  const verdict: Verdict = { valid: false, reason: spell(faults) }
  return {
    kind: 'refused',
    verdicts: Object.fromEntries(enginesOf(asked).map((name) => [name, verdict])),
  }
}
