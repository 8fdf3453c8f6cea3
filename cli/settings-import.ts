import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { clientOf } from './client.ts'
import { usage } from '../machine/failure.ts'
import { importCommand } from './import/command.ts'
import { askSecrets } from './ask-secret.ts'
import { isSecretName } from './settings-keys.ts'
import { save } from './settings-save.ts'
import type { Terminal } from './terminal.ts'

interface ImportFlags {
  readonly from: string
  readonly apply?: boolean
  readonly force?: boolean
}

/** `postern settings import`. */
export function addImport(settings: Command, terminal: Terminal) {
  settings
    .command('import <files...>')
    .description(
      "show what another system's mail settings would become; --apply saves them, and with them the " +
        'secrets that are named after the files, which it asks for',
    )
    .requiredOption('--from <system>', 'pydio, codenvy, postfix, shield, kbox, codestream or env')
    .option('--dry-run', 'save nothing (this is the default)')
    .option('--apply', 'save what was understood')
    .option('--force', 'save even if an engine would not take mail')
    .action(async (words: string[], { from, apply, force }: ImportFlags, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: boolean }>()
      await importCommand(
        { from, apply, json },
        {
          read: () => readAll(words.filter((word) => !isSecretName(word))),
          ask: () => askSecrets(words.filter(isSecretName), terminal),
          print: terminal.print,
          page: terminal,
          save: async (imported, secrets) => {
            const change = (saved: object) => ({ ...saved, ...imported })
            await save(clientOf(command, terminal), { change, secrets, force })
          },
        },
      )
    })
}

/** Parts of one configuration, such as Postfix's main.cf and sasl_passwd. */
async function readAll(files: readonly string[]): Promise<string> {
  if (files.length === 0) throw usage('name the file that is to be imported')
  return (await Promise.all(files.map(read))).join('\n')
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw usage(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}
