import type { SSMClient } from '@aws-sdk/client-ssm'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { SettingsStore } from '../../../mail/ports/settings-store.ts'
import { pinsOf, type SavedSettings } from '../../../mail/settings/layers.ts'
import type { Place } from '../env.ts'
import { saveGuard, type LastSave } from './save-guard.ts'
import { ssmSecrets } from './secrets.ts'
import { mostBytes, readDocument, writeDocument, type Document } from './document.ts'
import type { Table } from '../table/table.ts'

interface SettingsParts {
  readonly ssm: () => SSMClient
  readonly table: Table
  readonly place: Place
  readonly clock: Clock
}

/**
 * The settings as one parameter, fit to be edited by hand, and a parameter for each secret. The
 * version follows the parameter, so that an edit takes effect like a save.
 */
export function ssmSettings({ ssm, table, place, clock }: SettingsParts): SettingsStore {
  const name = place.settingsParameter
  const secrets = ssmSecrets(ssm, place)
  const guard = saveGuard(table, clock)
  let own: (Document & LastSave) | undefined

  /** Parameter Store may show for a moment what was there before our own save. */
  async function read(): Promise<Document> {
    const found = await readDocument(ssm(), name)
    return own && isOlder(found, own) ? own : found
  }

  async function save(
    settings: SavedSettings,
    given: Readonly<Record<string, string>>,
    expectedVersion: string,
    last?: LastSave,
  ): Promise<Document | undefined> {
    const before = await read()
    const isOutdated = last !== undefined && isOlder(before, last)
    if (isOutdated || before.version !== expectedVersion) return undefined
    const versions = await secrets.put(given)
    const pins = { ...pinsOf(settings), ...versions }
    const document = Object.keys(versions).length > 0 ? { ...settings, secrets: pins } : settings
    const saved = await writeDocument(ssm(), name, document, before)
    if (saved) own = { ...saved, savedAt: clock.now() }
    return saved && own
  }

  return {
    limits: { bytes: mostBytes },
    read,
    // Parameter Store cannot compare before it writes: so one save at a time does.
    write: (settings, given, expectedVersion) =>
      guard((last) => save(settings, given, expectedVersion, last)),
    readSecrets: (refs) => secrets.read(refs),
  }
}

/** A parameter that was removed and created again counts from 1, but at a later time. */
function isOlder(found: Document, last: LastSave): boolean {
  return found.count < last.count && (found.savedAt ?? 0) <= last.savedAt
}
