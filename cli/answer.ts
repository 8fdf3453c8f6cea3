import type { Command } from 'commander'
import { plainJson } from './plain-text.ts'
import type { Terminal } from './terminal.ts'

/** Prints an answer: as JSON when `--json` asks for it, as `inWords` says otherwise. */
export function answer<T>(
  command: Command,
  { print }: Terminal,
  value: T,
  inWords: (value: T) => string,
) {
  const { json } = command.optsWithGlobals<{ json?: boolean }>()
  print(json ? plainJson(value) : inWords(value))
}
