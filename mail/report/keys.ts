import type { SettingsInForce } from '../ports/in-force.ts'
import type { SettingsStore } from '../ports/settings-store.ts'

/** A key that was replaced still proves what was sent with it: so many are tried. */
const versionsTried = 3

/** The secrets that prove which emails are ours: the one in force, then those before it. */
export type ReadKeys = () => Promise<readonly string[]>

/** Reads each version once. None where no key was ever made. */
export function tokenKeys(store: SettingsStore, inForce: SettingsInForce): ReadKeys {
  const known = new Map<number, string>()

  async function keyOf(version: number): Promise<string | undefined> {
    const key = known.get(version) ?? (await store.readSecrets({ [name]: version }))[name]
    if (key !== undefined) known.set(version, key)
    return key
  }

  return async () => {
    const { settings } = await inForce.current()
    const newest = settings.secrets[name] ?? 0
    const versions = Array.from({ length: versionsTried }, (_, back) => newest - back)
    const keys = await Promise.all(versions.filter((version) => version > 0).map(keyOf))
    return keys.filter((key) => key !== undefined)
  }
}

const name = 'feedback.key'
