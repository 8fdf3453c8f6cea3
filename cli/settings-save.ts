import type { SavedSettings } from '../mail/settings/layers.ts'
import type { Client } from './client.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import type { SettingsView } from '../api/openapi/answers.ts'
import { cell } from './table.ts'

interface Save {
  readonly change: (saved: SavedSettings) => SavedSettings
  readonly secrets?: Readonly<Record<string, string>>
  readonly force?: boolean
}

export function readSettings(client: Client): Promise<SettingsView> {
  return client.call('GET', '/v1/settings')
}

/** Changes what is saved now; refused by the API when someone else saves in between. */
export async function save(
  client: Client,
  { change, secrets, force }: Save,
): Promise<SettingsView> {
  const { saved, version, faults } = await readSettings(client)
  if (faults[0] && !force) {
    const fault = cell(`${faults[0].path}: ${faults[0].rule}`)
    throw new Failure(
      exitCodes.no,
      `what is saved is broken (${fault}): correct settings.json, or replace all of it by the ` +
        'last good settings and this change with --force',
    )
  }
  const body = { settings: change(saved), secrets, version, force }
  return client.call<SettingsView>('PUT', '/v1/settings', body).catch(inOwnWords)
}

/** The API names its field; here that is an option. */
function inOwnWords(error: unknown): never {
  if (!(error instanceof Failure)) throw error
  const words = error.message.replace('"force": true', '--force')
  throw new Failure(error.exitCode, words, { cause: error })
}
