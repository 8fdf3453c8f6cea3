import { jsonIn } from '../../mail/email/json.ts'
import { isPlainObject, pinsOf } from '../../mail/settings/layers.ts'
import { filesTaken } from './backup.ts'

type Files = Readonly<Record<string, string>>

/**
 * The files of a data directory, from those that a backup took along and the secrets that were
 * kept apart. A secret that is not there is no longer named by the settings: it has to be given again.
 */
export function restoredFiles(taken: Files, secrets?: string) {
  const document = jsonIn(taken['settings.json'] ?? '')
  const vault = (jsonIn(secrets ?? '{}') ?? {}) as Record<string, Record<string, string>>
  const pins = Object.entries(pinsOf(document))
  const isThere = ([name, version]: [string, number]) => vault[name]?.[version] !== undefined
  const missing = pins.filter((pin) => !isThere(pin)).map(([name]) => name)
  // By these names alone: a file may say anything.
  const known = Object.entries(taken).filter(([name]) => filesTaken.includes(name))
  const files: Record<string, string> = Object.fromEntries(known)
  if (secrets !== undefined) files['secrets.json'] = secrets
  if (missing.length > 0 && isPlainObject(document)) {
    const settings = { ...document, secrets: Object.fromEntries(pins.filter(isThere)) }
    files['settings.json'] = `${JSON.stringify(settings, undefined, 2)}\n`
  }
  return { files, missing }
}
