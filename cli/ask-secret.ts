import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { readInput, type Terminal } from './terminal.ts'

/** Asks for several, by name. @throws Failure when one is not given, or there is no one to ask */
export async function askSecrets(
  names: readonly string[],
  terminal: Terminal,
): Promise<Record<string, string>> {
  if (names.length > 1 && !terminal.input.isTTY)
    throw usage('standard input holds one secret: set them one after the other')
  const values: Record<string, string> = {}
  for (const name of names) values[name] = await askSecret(name, terminal)
  return values
}

/**
 * Asks for a secret without showing it, or reads it from standard input when that is no terminal.
 *
 * @throws Failure when none is given
 */
export async function askSecret(name: string, terminal: Terminal): Promise<string> {
  const typed = terminal.input.isTTY ? await prompt(name, terminal) : await readInput(terminal)
  const secret = typed.replace(/\r?\n$/, '')
  if (secret === '') throw usage(`no value was given for ${name}`)
  return secret
}

async function prompt(name: string, { input, remark }: Terminal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  // Only as a terminal does readline take the echo into its own hands.
  const reader = createInterface({ input, output: nowhere, terminal: true })
  // Not before: what is typed until then the terminal itself would show.
  remark(`${name}: `)
  const gone = new AbortController()
  for (const event of ['SIGINT', 'close']) reader.once(event, () => gone.abort())
  try {
    return await reader.question('', { signal: gone.signal })
  } catch (cause) {
    throw new Failure(exitCodes.no, 'nothing was changed', { cause })
  } finally {
    reader.close()
    remark('\n')
  }
}
