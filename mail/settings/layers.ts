/** What is saved: only what was set by a person. */
export type SavedSettings = Readonly<Record<string, unknown>>

/** What a person must correct: the path of the key and the rule. */
export interface SettingsFault {
  readonly path: string
  readonly rule: string
}

/** The three layers. Deploy-time defaults yield to what was saved, which yields to locks. */
export interface SettingsLayers {
  readonly defaults: SavedSettings
  readonly saved: SavedSettings
  readonly locks: SavedSettings
}

/** `upper` laid over `lower`: objects key by key, everything else replaced whole. */
export function overlay(lower: SavedSettings, upper: SavedSettings): SavedSettings {
  const result = new Map(Object.entries(lower))
  for (const [key, value] of Object.entries(upper)) {
    const below = result.get(key)
    result.set(key, isPlainObject(value) && isPlainObject(below) ? overlay(below, value) : value)
  }
  // As an own key, so that `__proto__` is refused like any unknown key.
  return Object.fromEntries(result)
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Faults on one line, for people. */
export function spell(faults: readonly SettingsFault[]): string {
  return faults.map(({ path, rule }) => `${path}: ${rule}`).join('; ')
}

/** Which version of each secret a saved document names, unchecked. */
export function pinsOf(saved: unknown): Readonly<Record<string, number>> {
  const pins = isPlainObject(saved) ? saved['secrets'] : undefined
  return isPlainObject(pins) ? (pins as Record<string, number>) : {}
}
