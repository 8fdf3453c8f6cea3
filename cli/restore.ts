import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Restored } from '../backends/local/restore.ts'
import { systemClock } from '../mail/clock.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { needSqlite } from './need-sqlite.ts'
import { counted, megabytes, withProgress } from './progress.ts'
import { askPassphrase, unseal } from './sealed-secrets.ts'
import type { Terminal } from './terminal.ts'

interface Flags {
  readonly data: string
  readonly secrets?: string
  readonly sendWaiting?: boolean
}

/** `postern restore`. */
export function addRestore(program: Command, terminal: Terminal) {
  program
    .command('restore <file>')
    .description('make a data directory from a backup, or from - for a pipe')
    .requiredOption('--data <directory>', 'where to: it must be empty, or not be there')
    .option('--secrets <file>', 'the encrypted secrets that were kept with it')
    .option('--send-waiting', 'send what waited, also what was sent since the backup was taken')
    .addHelpText('after', manual)
    .action(async (file: string, flags: Flags, command: Command) => {
      await needSqlite('postern restore')
      if (file !== '-' && !existsSync(file)) throw usage(`there is no file ${file}`)
      if (file === '-' && flags.secrets && !terminal.env['POSTERN_PASSPHRASE'])
        throw usage(
          'the backup comes by standard input: put the passphrase into POSTERN_PASSPHRASE',
        )
      const bytes = file === '-' ? terminal.input : createReadStream(file)
      const shown = (size: number) => `${megabytes(size)} brought back`
      const restored = await withProgress(terminal, shown, (add) =>
        bringBack(counted(bytes as AsyncIterable<Uint8Array>, add), flags, terminal),
      )
      answer(command, terminal, restored, (one) => inWords(one, flags.data))
    })
}

const manual = `
Examples:
  postern restore postern.backup --data /var/lib/postern
  postern restore postern.backup --data .postern --secrets postern.backup.secrets
  ssh backup@example.com 'zcat postern.backup.gz' | postern restore - --data .postern

What waited to be sent is held, as the Postern whose backup it is may have sent it since. Look at it
with postern emails list --state held; postern dead-letters redrive --all sends all of it.

Exit codes: 0 done, 1 refused or broken off, 2 wrong usage.
`

async function bringBack(bytes: AsyncIterable<Uint8Array>, flags: Flags, terminal: Terminal) {
  const { data, sendWaiting = false, secrets: file } = flags
  const secrets = file && unseal(await readFile(file, 'utf8'), await askPassphrase(terminal))
  const { restore } = await import('../backends/local/restore.ts')
  try {
    const wish = { clock: systemClock, sendWaiting, ...(secrets && { secrets }) }
    return await restore(resolve(data), bytes, wish)
  } catch (error) {
    throw new Failure(exitCodes.no, (error as Error).message, { cause: error })
  }
}

function inWords({ of, emails, notices, missingSecrets }: Restored, data: string): string {
  const again = `these secrets are not in it and have to be set again: ${missingSecrets.join(', ')}`
  return [
    `restored ${data} as it was at ${new Date(of).toISOString()}`,
    `held: ${emails} emails that waited; not told: ${notices} notices of webhooks`,
    ...(missingSecrets.length > 0 ? [again] : []),
  ].join('\n')
}
