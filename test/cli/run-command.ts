import { PassThrough } from 'node:stream'
import { main } from '../../cli/main.ts'
import { startPostern, type RunningPostern, type StartOptions } from '../../machine/start.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface RunOptions {
  /** The Postern to talk to. */
  readonly url?: string
  readonly env?: Record<string, string>
  /** What standard input holds; typed into a terminal when `atTerminal`. */
  readonly input?: string
  readonly atTerminal?: boolean
}

/** Runs one command line in this process, as its executable would. */
export async function runCommand(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { url, env = {}, input = '', atTerminal = false } = options
  const written = { out: '', err: '' }
  const code = await main(words, {
    env: { ...(url && { POSTERN_URL: url }), ...env },
    input: Object.assign(new PassThrough().end(input), { isTTY: atTerminal }),
    isWatched: atTerminal,
    write: async (bytes) => void (written.out += Buffer.from(bytes).toString('latin1')),
    print: (text) => void (written.out += `${text}\n`),
    remark: (text) => void (written.err += text),
  })
  return { code, ...written }
}

/** A Postern in this process on a free port and, unless one is given, a directory of its own. */
export async function startHere(
  options: Partial<StartOptions> = {},
): Promise<
  RunningPostern & { readonly log: () => string; run: (...words: string[]) => Promise<Ran> }
> {
  const directory = options.directory ?? temporaryDirectory()
  let log = ''
  const running = await startPostern({
    env: {},
    port: 0,
    directory,
    write: (text) => void (log += text),
    ...options,
  })
  const run = (...words: string[]) => runCommand(words, { url: running.url })
  return { ...running, log: () => log, run }
}
