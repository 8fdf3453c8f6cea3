import type { SavedSettings } from '../../mail/settings/layers.ts'
import type { secretNames } from '../../mail/settings/secret-names.ts'

export type SecretName = (typeof secretNames)[number]

/** What came of reading another system's mail settings. The settings resolve without a fault. */
export interface Imported {
  readonly settings: SavedSettings
  /** Values by name; for the store alone, never to be shown. */
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>
  readonly understood: readonly Understood[]
  readonly notCarried: readonly NotCarried[]
  readonly wrong: readonly Wrong[]
}

/** A value of the file that is a setting now. */
export interface Understood {
  /** Its name in the file. */
  readonly key: string
  readonly setting: string
  /** Missing for a secret. */
  readonly value?: unknown
}

/** A value of the file that no setting was made from. */
export interface NotCarried {
  readonly key: string
  readonly why: string
}

/** What did not work, or worked otherwise than it read, in the system it came from. */
export interface Wrong {
  readonly key: string
  readonly what: string
  /** What the import did about it. */
  readonly cure: string
}
