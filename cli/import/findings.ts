import { overlay, type SavedSettings } from '../../mail/settings/layers.ts'
import { resolveSettings } from '../../mail/settings/settings.ts'
import type { Imported, NotCarried, SecretName, Understood, Wrong } from './imported.ts'

/** Collects what a reader finds. The settings in it are free of faults at every moment. */
export interface Findings {
  /**
   * Makes a setting of a value. Nothing happens without one; a value that the settings refuse is
   * left out and reported. A later value replaces an earlier one. Says whether it is there now.
   */
  carry(key: string, setting: string, value: unknown): boolean
  secret(key: string, name: SecretName, value: string): void
  leave(key: string, why: string): void
  correct(key: string, what: string, cure: string): void
  done(): Imported
}

/** Longest secret, in characters: what the settings store takes. */
const longestSecret = 4_096

export function findings(): Findings {
  let settings: SavedSettings = {}
  const secrets: Partial<Record<SecretName, string>> = {}
  const understood = new Map<string, Understood>()
  const notCarried: NotCarried[] = []
  const wrong: Wrong[] = []

  const correct = (key: string, what: string, cure: string) => void wrong.push({ key, what, cure })

  return {
    carry(key, setting, value) {
      if (value === undefined || value === '') return false
      const candidate = overlay(settings, nest(setting, value))
      const rule = ruleBrokenBy(candidate)
      if (rule !== undefined) {
        correct(key, `not usable: ${rule}`, `left out; ${setting} is yours to set`)
        return false
      }
      settings = candidate
      understood.set(setting, { key, setting, value })
      return true
    },
    secret(key, name, value) {
      const isFit = value.length <= longestSecret && !/[\r\n\0]/.test(value)
      if (!isFit) return correct(key, 'not usable as a secret', `left out; ${name} is yours to set`)
      secrets[name] = value
      understood.set(name, { key, setting: name })
    },
    leave: (key, why) => void notCarried.push({ key, why }),
    correct,
    done: () => ({ settings, secrets, understood: [...understood.values()], notCarried, wrong }),
  }
}

function ruleBrokenBy(saved: SavedSettings): string | undefined {
  const resolved = resolveSettings({ defaults: {}, saved, locks: {} })
  return 'faults' in resolved ? resolved.faults[0]!.rule : undefined
}

/** `a.b` and a value as `{ a: { b: value } }`. The path is one of ours, never of a file. */
function nest(path: string, value: unknown): SavedSettings {
  return path
    .split('.')
    .reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as SavedSettings
}
