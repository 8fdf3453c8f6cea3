import type { SavedSettings } from '../settings/layers.ts'

/** The saved settings and the secrets. */
export interface SettingsStore {
  /** Most bytes of the document, as JSON without spaces. */
  readonly limits: { readonly bytes: number }
  /** The saved document as stored, unchecked: `settings` is undefined when none was saved. */
  read(): Promise<StoredSettings>
  /**
   * Writes new secret versions first, then the document that names them, if `expectedVersion`
   * is still current. Undefined when it is not: nothing in force was touched.
   */
  write(
    settings: SavedSettings,
    secrets: Readonly<Record<string, string>>,
    expectedVersion: string,
  ): Promise<StoredSettings | undefined>
  /** Secrets by name and version, as a settings document pins them; missing ones are left out. */
  readSecrets(refs: Readonly<Record<string, number>>): Promise<Readonly<Record<string, string>>>
}

export interface StoredSettings {
  readonly settings: unknown
  /** Opaque; changes whenever the document does. */
  readonly version: string
  readonly savedAt?: number
  /** Why the document could not be read at all, such as text that is not JSON. */
  readonly fault?: string
}
