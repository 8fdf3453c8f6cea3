import type { SavedSettings } from '../mail/settings/layers.ts'
import { valueAt } from './settings-edit.ts'
import { listKeys } from './settings-keys.ts'
import { cell, table } from './table.ts'

/** What `GET /v1/settings` answers. */
export interface SettingsView {
  readonly settings: SavedSettings
  readonly saved: SavedSettings
  readonly version: string
  readonly defaults: SavedSettings
  readonly locks: SavedSettings
  readonly secrets: Readonly<Record<string, number>>
  readonly faults: readonly { readonly path: string; readonly rule: string }[]
  readonly verdict: VerdictView | null
}

export interface VerdictView {
  /** About exactly the settings in force. */
  readonly current: boolean
  readonly at: string
  readonly engines: Readonly<Record<string, { readonly valid: boolean; readonly reason?: string }>>
}

export function settingsInWords(view: SettingsView): string {
  const rows = listKeys().map(({ key }) => {
    const path = key.split('.')
    return [key, valueAt(view.settings, path), originOf(view, path)]
  })
  const secrets = Object.entries(view.secrets).map(([name, version]) => [
    name,
    `(secret, version ${version})`,
    'saved',
  ])
  const faults = view.faults.map(({ path, rule }) => `broken: ${cell(`${path}: ${rule}`)}`)
  return [table(['SETTING', 'VALUE', 'FROM'], [...rows, ...secrets]), ...faults].join('\n')
}

export function verdictInWords({ engines }: VerdictView): string {
  const rows = Object.entries(engines).map(([name, { valid, reason }]) => [
    name,
    valid ? 'works' : 'does not work',
    reason,
  ])
  return table(['ENGINE', 'VERDICT', 'REASON'], rows)
}

function originOf({ locks, saved, defaults }: SettingsView, path: readonly string[]): string {
  if (valueAt(locks, path) !== undefined) return 'locked'
  if (valueAt(saved, path) !== undefined) return 'saved'
  return valueAt(defaults, path) !== undefined ? 'deployed' : 'default'
}
