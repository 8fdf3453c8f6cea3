import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the program does with the email it is given. */
type Behaviour =
  /** Keeps it and exits with 0. */
  | 'accept'
  /** Keeps it and then never ends. */
  | 'hang'
  /** Keeps it and is killed. */
  | 'drop'
  /** Never reads a byte and never ends. */
  | 'ignore'
  /** Ends with 0 without reading a byte. */
  | 'skip'
  /** Reads it unless told otherwise, says some words and exits with this code. */
  | { readonly code: number; readonly words?: string; readonly reads?: false }

export interface Run {
  readonly args: readonly string[]
  readonly environment: string
  /** Undefined: it was not kept. */
  readonly input?: Buffer
}

export interface FakeSendmail {
  readonly path: string
  behave(behaviour: Behaviour): void
  /** Whether the program may be run at all. */
  allow(allowed: boolean): void
  /** Every run, oldest first. */
  readonly runs: readonly Run[]
  /** Resolves when the program has got so far that it will neither read nor end any more. */
  stuck(): Promise<void>
  close(): void
}

/** Each run leaves its arguments, its environment and, where it keeps it, its input. */
const program = (directory: string) => `#!/bin/sh
run="${directory}/runs/$$"
printf '%s\\0' "$@" > "$run.args"
env > "$run.env"
keep() { cat > "$run.part" && mv "$run.part" "$run.input"; }
. "${directory}/behaviour"
`

/** A program in the place of sendmail, in a temporary directory. */
export function fakeSendmail(): FakeSendmail {
  const directory = mkdtempSync(join(tmpdir(), 'postern-sendmail-'))
  const path = join(directory, 'sendmail')
  const runs = join(directory, 'runs')
  writeFileSync(path, program(directory), { mode: 0o755 })
  const behave = (behaviour: Behaviour) =>
    writeFileSync(join(directory, 'behaviour'), script(behaviour, directory))
  mkdirSync(runs)
  mkdirSync(join(directory, 'stuck'))
  behave('accept')
  return {
    path,
    behave,
    allow: (allowed) => chmodSync(path, allowed ? 0o755 : 0o644),
    get runs() {
      return readRuns(runs)
    },
    async stuck() {
      const watcher = watch(join(directory, 'stuck'))
      await once(watcher, 'change')
      watcher.close()
    },
    close: () => rmSync(directory, { recursive: true, force: true }),
  }
}

function script(behaviour: Behaviour, directory: string): string {
  const sleep = `: > "${directory}/stuck/$$"\nexec sleep 600`
  if (typeof behaviour === 'object') {
    const { code, words = '', reads = true } = behaviour
    return `${reads ? 'cat > /dev/null' : ''}\nprintf '%s' '${words}' >&2\nexit ${code}\n`
  }
  return {
    accept: 'keep\nexit 0\n',
    hang: `keep\n${sleep}\n`,
    drop: 'keep\nkill -9 $$\n',
    ignore: `${sleep}\n`,
    skip: 'exit 0\n',
  }[behaviour]
}

function readRuns(directory: string): Run[] {
  const files = readdirSync(directory)
  const age = (file: string) => statSync(join(directory, file), { bigint: true }).mtimeNs
  const text = (file: string) => readFileSync(join(directory, file), 'utf8')
  return files
    .filter((file) => file.endsWith('.args'))
    .sort((a, b) => (age(a) < age(b) ? -1 : 1))
    .map((file) => file.replace('.args', ''))
    .map((run) => ({
      args: text(`${run}.args`).split('\0').slice(0, -1),
      environment: text(`${run}.env`),
      ...(files.includes(`${run}.input`) && {
        input: readFileSync(join(directory, `${run}.input`)),
      }),
    }))
}
