import type { SavedSettings, SettingsFault } from '../settings/layers.ts'
import type { Settings } from '../settings/settings.ts'

/** The settings that hold now, and where they come from. */
export interface InForce {
  readonly settings: Settings
  /** The saved document they come from; not that of a broken one. */
  readonly version: string
  readonly saved: SavedSettings
  readonly savedAt?: number
  /** Since when this process has used them. */
  readonly since: number
  /** Set when a newer document is broken and these are the last good ones, or none is good. */
  readonly faults: readonly SettingsFault[]
}

/** Reads the settings lazily and keeps the last good ones when what is saved is broken. */
export interface SettingsInForce {
  readonly defaults: SavedSettings
  readonly locks: SavedSettings
  /** At most 10 s old. */
  current(): Promise<InForce>
  /** Re-read now: after a save. */
  refresh(): Promise<InForce>
  /**
   * Names exactly the settings that a saved version makes with these deploy-time layers: what a
   * verdict is about.
   */
  seal(version: string): string
}
