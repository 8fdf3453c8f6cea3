import { readFileSync } from 'node:fs'
import type { Postern } from '../mail/ports/postern.ts'
import { isPlainObject } from '../mail/settings/layers.ts'
import { saveSettings } from '../mail/configure/save.ts'
import { spell } from '../mail/settings/layers.ts'
import { usage } from './failure.ts'
import { jsonIn } from '../mail/email/json.ts'

/**
 * Takes in the secrets of `POSTERN_SECRETS_FILE` that are not saved yet: a secret that was
 * saved since is newer than the file.
 *
 * @throws Failure naming the rule that the file breaks
 */
export async function importSecrets(postern: Postern, file: string): Promise<void> {
  const given = readSecretsFile(file)
  const { settings, saved, version, faults } = await postern.inForce.refresh()
  // Saving would need the document that is broken; the next start sees it mended.
  if (faults.length > 0) return
  const entries = Object.entries(given).filter(([name]) => settings.secrets[name] === undefined)
  if (entries.length === 0) return
  const result = await saveSettings(postern, {
    settings: saved,
    secrets: Object.fromEntries(entries),
    version,
    // Starting waits for no server: it may be down just now.
    force: true,
  })
  if (result.kind === 'invalid') throw usage(`POSTERN_SECRETS_FILE: ${spell(result.faults)}`)
}

function readSecretsFile(file: string): Record<string, string> {
  const secrets = jsonIn(read(file))
  const isVault =
    isPlainObject(secrets) && Object.values(secrets).every((value) => typeof value === 'string')
  if (isVault) return secrets as Record<string, string>
  throw usage(
    'POSTERN_SECRETS_FILE must hold a JSON object of secrets by name, such as {"smtp.password":"..."}',
  )
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw usage(`POSTERN_SECRETS_FILE names ${file}, which cannot be read (${code})`)
  }
}
