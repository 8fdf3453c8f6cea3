import type { SettingsView, Verdict } from '../api/openapi/answers.ts'
import { valueAt } from './settings-edit.ts'
import { listKeys } from './settings-keys.ts'
import { cell, type Page, table } from './table.ts'

export function settingsInWords(view: SettingsView, page: Page): string {
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
  return [table(['SETTING', 'VALUE', 'FROM'], [...rows, ...secrets], page), ...faults].join('\n')
}

export function verdictInWords({ engines }: Verdict, page: Page): string {
  const rows = Object.entries(engines).map(([name, { valid, reason }]) => [
    name,
    valid ? 'works' : 'does not work',
    reason,
  ])
  return table(['ENGINE', 'VERDICT', 'REASON'], rows, page)
}

function originOf({ locks, saved, defaults }: SettingsView, path: readonly string[]): string {
  if (valueAt(locks, path) !== undefined) return 'locked'
  if (valueAt(saved, path) !== undefined) return 'saved'
  return valueAt(defaults, path) !== undefined ? 'deployed' : 'default'
}
