import { readFileSync } from 'node:fs'
import { importSettings } from '../../../cli/import/index.ts'
import type { Imported } from '../../../cli/import/imported.ts'
import { resolveSettings, type Settings } from '../../../mail/settings/settings.ts'

/** A file that one of the earlier systems could have had. */
export function sampleFile(name: string): string {
  return readFileSync(new URL(`../../data/import/${name}`, import.meta.url), 'utf8')
}

/** What an import comes to: the settings in force after it, and the keys that were told about. */
export function imported(from: string, text: string) {
  const found = importSettings(from, text)
  return {
    ...found,
    resolved: resolvedOf(found),
    wrongKeys: found.wrong.map(({ key }) => key),
    leftKeys: found.notCarried.map(({ key }) => key),
  }
}

function resolvedOf({ settings }: Imported): Settings {
  const resolved = resolveSettings({ defaults: {}, saved: settings, locks: {} })
  if ('settings' in resolved) return resolved.settings
  throw new Error(`the import made faulty settings: ${JSON.stringify(resolved.faults)}`)
}
