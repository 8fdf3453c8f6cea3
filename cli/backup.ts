import { existsSync } from 'node:fs'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { usualDirectory } from '../machine/data-directory.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { clientOf } from './client.ts'
import { needSqlite } from './need-sqlite.ts'
import { counted, megabytes, withProgress } from './progress.ts'
import { askPassphrase, seal } from './sealed-secrets.ts'
import type { Terminal } from './terminal.ts'

interface Flags {
  readonly data?: string
  readonly secrets?: boolean
}

/** `postern backup`. */
export function addBackup(program: Command, terminal: Terminal) {
  program
    .command('backup <file>')
    .description('copy all that a Postern on one machine keeps into a file, or - for a pipe')
    .option('--data <directory>', 'the data directory of a Postern that is stopped')
    .option('--secrets', 'keep the secrets of the data directory too, encrypted, in FILE.secrets')
    .addHelpText('after', manual)
    .action(async (file: string, flags: Flags, command: Command) => {
      if (file === '-' && flags.secrets) throw usage('--secrets writes a second file: name a file')
      const keepSecrets = flags.secrets && (await secretsKeeper(flags, terminal))
      const bytes = flags.data
        ? ofStopped(flags.data)
        : await clientOf(command, terminal).open('/v1/backup')
      const shown = (size: number) => `${megabytes(size)} backed up`
      const size = await withProgress(terminal, shown, async (add) => {
        const pieces = counted(bytes, add)
        return file === '-' ? toOutput(pieces, terminal) : toFile(file, pieces)
      })
      if (size === undefined) return
      // After it, for then all that its settings name are there.
      if (keepSecrets) await keepSecrets(`${file}.secrets`)
      const also = keepSecrets ? `, the secrets to ${file}.secrets` : leftOut
      terminal.remark(`backed up to ${file}: ${size} bytes${also}\n`)
    })
}

const leftOut = '; secrets are not in it (--secrets keeps them)'

const manual = `
Examples:
  postern backup /var/backups/postern.backup
  postern backup - | gzip | ssh backup@example.com 'cat > postern.backup.gz'
  postern backup postern.backup --secrets
  postern backup postern.backup --data /var/lib/postern    when it is stopped

A running Postern goes on accepting and sending meanwhile. The passphrase of --secrets is asked for,
or read from POSTERN_PASSPHRASE.

Exit codes: 0 done, 1 refused or broken off, 2 wrong usage, 3 Postern cannot be reached.
`

type Bytes = AsyncIterable<Uint8Array>

async function* ofStopped(directory: string): AsyncGenerator<Uint8Array> {
  // Opening it would make it.
  if (!existsSync(join(directory, 'postern.sqlite')))
    throw usage(`${directory} is not the data directory of a Postern`)
  await needSqlite('postern backup --data')
  const { backUpStopped } = await import('../backends/local/back-up-stopped.ts')
  try {
    yield* backUpStopped(directory)
  } catch (error) {
    throw failureOf(error)
  }
}

/** Under its name only when it is whole and on disk. */
async function toFile(file: string, bytes: Bytes): Promise<number> {
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.part`)
  try {
    const size = await write(part, bytes)
    await rename(part, file)
    return size
  } catch (error) {
    await rm(part, { force: true })
    throw failureOf(error)
  }
}

async function write(path: string, bytes: Bytes): Promise<number> {
  const handle = await open(path, 'w', 0o600)
  try {
    let size = 0
    for await (const piece of bytes) {
      await handle.writeFile(piece)
      size += piece.byteLength
    }
    await handle.sync()
    return size
  } finally {
    await handle.close()
  }
}

async function toOutput(bytes: Bytes, { write }: Terminal): Promise<undefined> {
  try {
    for await (const piece of bytes) await write(piece)
  } catch (error) {
    throw failureOf(error)
  }
}

/** Asks for the passphrase, and returns what encrypts the secrets with it. */
async function secretsKeeper({ data }: Flags, terminal: Terminal) {
  const directory = resolve(data ?? (terminal.env['POSTERN_DATA'] || usualDirectory(terminal.env)))
  const path = join(directory, 'secrets.json')
  if (!existsSync(path)) throw usage(`there are no secrets in ${directory}: name it with --data`)
  const passphrase = await askPassphrase(terminal)
  return async (file: string) => {
    const sealed = seal(await readFile(path), passphrase)
    await toFile(file, Readable.from([Buffer.from(sealed)]))
  }
}

/** Disks, connections and Postern itself fail in words that a user can read. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  const { message, cause } = error as Error
  const reason = cause instanceof Error ? `${message} (${cause.message})` : message
  return new Failure(exitCodes.no, reason, { cause: error })
}
