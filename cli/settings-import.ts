import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { clientOf } from './client.ts'
import { usage } from '../machine/failure.ts'
import { importCommand } from './import/command.ts'
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
    .command('import <file>')
    .description("show what another system's mail settings would become; --apply saves them")
    .requiredOption('--from <system>', 'pydio, codenvy, shield, kbox, codestream or env')
    .option('--dry-run', 'save nothing (this is the default)')
    .option('--apply', 'save what was understood')
    .option('--force', 'save even if an engine would not take mail')
    .action(async (file: string, { from, apply, force }: ImportFlags, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: boolean }>()
      await importCommand(
        { file, from, apply, json },
        {
          read,
          print: terminal.print,
          save: async (imported, secrets) => {
            const change = (saved: object) => ({ ...saved, ...imported })
            await save(clientOf(command, terminal), { change, secrets, force })
          },
        },
      )
    })
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw usage(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}
