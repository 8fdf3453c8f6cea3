import type { Command } from 'commander'
import type { SavedSettings } from '../mail/settings/layers.ts'
import { secretNames } from '../mail/settings/secret-names.ts'
import type { SettingsView, Verdict } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { askSecrets } from './ask-secret.ts'
import { readAssignments, requireKey } from './assignments.ts'
import { clientOf } from './client.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { valueAt, withoutValue, withValue } from './settings-edit.ts'
import { addImport } from './settings-import.ts'
import { isSecretName, listKeys } from './settings-keys.ts'
import { readSettings, save } from './settings-save.ts'
import { settingsInWords, verdictInWords } from './settings-view.ts'
import { cell } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern settings`. */
export function addSettings(program: Command, terminal: Terminal) {
  const settings = program
    .command('settings')
    .description('see and change how email leaves; a change takes effect within 15 seconds')
    .addHelpText('after', () => manual())
  settings
    .command('show')
    .description('show every setting in force and where it comes from')
    .action(async (_options, command: Command) => {
      answer(command, terminal, await readSettings(clientOf(command, terminal)), settingsInWords)
    })
  settings
    .command('get <key>')
    .description('print one setting in force')
    .action(async (key: string, _options, command: Command) => {
      if (isSecretName(key)) throw usage('secrets can be written and never read')
      const { path } = requireKey(key)
      const view = await readSettings(clientOf(command, terminal))
      answer(command, terminal, valueAt(view.settings, path) ?? null, cell)
    })
  settings
    .command('set <assignments...>')
    .description(
      'change settings: key value, or key=value ..., or the name of a secret to be asked for it',
    )
    .option('--force', forceMeaning)
    .action(async (words: string[], options: SaveOptions, command: Command) => {
      const assignments = readAssignments(words)
      const client = clientOf(command, terminal)
      const secrets = await askSecrets(assignments.secrets, terminal)
      const change = (saved: SavedSettings) =>
        assignments.values.reduce((all, { path, value }) => withValue(all, path, value), saved)
      answer(command, terminal, await save(client, { change, secrets, ...options }), savedInWords)
    })
  settings
    .command('unset <keys...>')
    .description('go back to the default of these settings')
    .option('--force', forceMeaning)
    .action(async (keys: string[], options: SaveOptions, command: Command) => {
      if (keys.some(isSecretName)) throw usage('a secret can be replaced, not unset')
      const paths = keys.map((key) => requireKey(key).path)
      const change = (saved: SavedSettings) => paths.reduce(withoutValue, saved)
      const client = clientOf(command, terminal)
      answer(command, terminal, await save(client, { change, ...options }), savedInWords)
    })
  settings
    .command('verify')
    .description('ask the engines whether they would take mail now')
    .action(async (_options, command: Command) => {
      const path = '/v1/settings/verify'
      const verdict = await clientOf(command, terminal).call<Verdict>('POST', path)
      answer(command, terminal, verdict, verdictInWords)
      if (!Object.values(verdict.engines).every(({ valid }) => valid))
        throw new Failure(exitCodes.no, 'mail does not work with these settings')
    })
  addImport(settings, terminal)
}

function manual(): string {
  const keys = listKeys().map(({ key, meaning }) => `  ${key.padEnd(26)} ${meaning}`)
  return `
Settings:
${keys.join('\n')}

Values are JSON where that fits, text otherwise, or a list with commas; null means none.
Secrets (${secretNames.join(', ')}) are asked for or read from standard input, never typed
on the command line: other users of the machine could see them, and the shell keeps them.

Examples:
  postern settings set engine=smtp smtp.host=smtp.example.com smtp.username=me smtp.password
  postern settings set engine=ses,smtp safety.allow=@example.com
  postern settings set smtp.password < password-file
  postern settings unset safety.allow
  postern settings verify

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`
}

interface SaveOptions {
  readonly force?: boolean
}

const forceMeaning = 'save even if an engine would not take mail, or the saved settings are broken'

/** A forced save has not been tried with this version. */
function savedInWords({ verdict, settings }: SettingsView): string {
  const tried = verdict?.current || settings['engine'] === 'noop'
  return tried ? 'saved' : 'saved; now: postern settings verify'
}
