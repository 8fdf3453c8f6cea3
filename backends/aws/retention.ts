import type { EmailState } from '../../mail/email/states.ts'
import { isPlainObject, overlay, type SavedSettings } from '../../mail/settings/layers.ts'
import {
  captureDaysOf,
  emailDaysOf,
  keptForIn,
  longestEmailDays,
  type KeptFor,
} from '../../mail/settings/kept-for.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { SettingsStore } from '../../mail/ports/settings-store.ts'
import type { Place } from './env.ts'
import { copyIn } from './settings/copied-settings.ts'
import type { Table } from './table/table.ts'

/** For how many days what is written now is kept, by the settings in force. */
export interface Retention {
  emailDays(project: string, state: EmailState): Promise<number>
  longestEmailDays(): Promise<number>
  captureDays(project: string): Promise<number>
  eventDays(): Promise<number>
  auditDays(): Promise<number>
  /** The same store; what is read of it is learned here, at no cost. */
  learningFrom(store: SettingsStore): SettingsStore
}

/** So long what was read counts in a process that reads no settings for anything else. */
const freshMs = 60_000

/**
 * @param place its `keepDays` holds where the settings say nothing, and bounds captures: a rule of the
 *   bucket removes their bytes then
 */
export function retentionOf(
  table: Table,
  place: Pick<Place, 'keepDays' | 'defaults' | 'locks'>,
  clock: Clock,
): Retention {
  const { keepDays, defaults, locks } = place
  let known: KeptFor | undefined
  let readAt = 0

  function learn(settings: unknown): KeptFor {
    const saved: SavedSettings = isPlainObject(settings) ? settings : {}
    readAt = clock.now()
    return (known = keptForIn([defaults, saved, locks].reduce(overlay, {})))
  }

  async function current(): Promise<KeptFor> {
    if (known && clock.now() < readAt + freshMs) return known
    const copy = await copyIn(table)
    if (copy || !known) return learn(copy?.settings)
    readAt = clock.now()
    return known
  }

  return {
    emailDays: async (project, state) => emailDaysOf(await current(), project, state) ?? keepDays,
    longestEmailDays: async () => longestEmailDays(await current(), keepDays),
    captureDays: async (project) =>
      Math.min(captureDaysOf(await current(), project) ?? keepDays, keepDays),
    eventDays: async () => (await current()).retention.eventDays,
    auditDays: async () => (await current()).retention.auditDays,
    learningFrom: (store) => ({
      ...store,
      async read() {
        const stored = await store.read()
        if (stored.fault === undefined) learn(stored.settings)
        return stored
      },
    }),
  }
}
