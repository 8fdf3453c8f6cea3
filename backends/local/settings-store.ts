import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { SettingsStore, StoredSettings } from '../../mail/ports/settings-store.ts'
import { pinsOf } from '../../mail/settings/layers.ts'
import { readIfThere, replaceFile } from './durable-files.ts'

/**
 * The settings as `settings.json`, fit to be edited by hand, and the secrets next to it in
 * `secrets.json`. A crash between the two leaves the old document, whose secrets are still there.
 */
export function fileSettings(directory: string): SettingsStore {
  const documentFile = join(directory, 'settings.json')
  const secretsFile = join(directory, 'secrets.json')

  // Nothing here awaits between comparing and writing, so that two saves never mix.
  return {
    limits: { bytes: mostBytes },
    read: async () => readDocument(documentFile),
    async write(settings, secrets, expectedVersion) {
      const current = readDocument(documentFile)
      if (current.version !== expectedVersion) return undefined
      const named = saveSecrets(secretsFile, secrets, pinsOf(current.settings))
      const pins = { ...pinsOf(settings), ...named }
      const document = Object.keys(named).length > 0 ? { ...settings, secrets: pins } : settings
      if (Buffer.byteLength(JSON.stringify(document)) > mostBytes)
        throw new RangeError(`the settings are larger than ${mostBytes} bytes`)
      replaceFile(documentFile, `${JSON.stringify(document, undefined, 2)}\n`)
      return readDocument(documentFile)
    },
    async readSecrets(refs) {
      const vault = readVault(secretsFile)
      const found = Object.entries(refs).map(([name, version]) => [name, vault[name]?.[version]])
      return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Readonly<
        Record<string, string>
      >
    },
  }
}

/** No document comes near: a body of the API holds a megabyte. */
const mostBytes = 1_000_000

/** The newest versions of a secret that are kept, for going back; the one in force always is. */
const versionsKept = 3

/** Values by the name of the secret and its version. */
type Vault = Record<string, Record<string, string>>

/** Adds each secret as its next version; the versions given, by name. */
function saveSecrets(
  file: string,
  secrets: Readonly<Record<string, string>>,
  inForce: Readonly<Record<string, number>>,
): Record<string, number> {
  if (Object.keys(secrets).length === 0) return {}
  const vault = readVault(file)
  const given: Record<string, number> = {}
  for (const [name, value] of Object.entries(secrets)) {
    const versions = { ...vault[name] }
    const next = Math.max(0, inForce[name] ?? 0, ...Object.keys(versions).map(Number)) + 1
    vault[name] = newest({ ...versions, [next]: value }, inForce[name])
    given[name] = next
  }
  replaceFile(file, `${JSON.stringify(vault, undefined, 2)}\n`)
  return given
}

function newest(versions: Record<string, string>, inForce?: number): Record<string, string> {
  const numbers = Object.keys(versions).map(Number)
  const oldestKept = numbers.sort((a, b) => b - a)[versionsKept - 1] ?? 0
  return Object.fromEntries(
    Object.entries(versions).filter(
      ([version]) => Number(version) >= oldestKept || Number(version) === inForce,
    ),
  )
}

function readVault(file: string): Vault {
  const bytes = readIfThere(file)
  if (!bytes) return {}
  try {
    return JSON.parse(bytes.toString()) as Vault
  } catch {
    // The reason given by JSON.parse quotes what it read: never passed on.
    throw new Error(`${file} is not JSON: restore it, or remove it and save the secrets again`)
  }
}

function readDocument(file: string): StoredSettings {
  const bytes = readIfThere(file)
  if (!bytes) return { settings: undefined, version: 'none' }
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { ...parse(bytes), version, savedAt: Math.round(statSync(file).mtimeMs) }
}

function parse(bytes: Uint8Array): Pick<StoredSettings, 'settings' | 'fault'> {
  try {
    return { settings: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch (error) {
    const place = /\(line \d+ column \d+\)/.exec(error instanceof Error ? error.message : '')
    return { settings: undefined, fault: ['settings.json is not JSON', ...(place ?? [])].join(' ') }
  }
}
