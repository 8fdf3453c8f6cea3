import type { Compose } from './compose.ts'
import type { Fleet } from './fleet.ts'
import type { Guardian } from './guardian.ts'
import type { Pace } from './pace.ts'
import type { Room } from './room.ts'
import type { Backend } from './backend.ts'
import type { SettingsInForce } from './in-force.ts'

/** A whole Postern: the place it runs in, the settings in force, the engines they name. */
export interface Postern extends Backend {
  readonly inForce: SettingsInForce
  readonly fleet: Fleet
  readonly pace: Pace
  readonly guardian: Guardian
  /** Memory for contents, of this process. */
  readonly room: Room
  readonly compose: Compose
  /** From 0 to below 1: what jitter is made from; injected, so that tests own it. */
  readonly random: () => number
}
