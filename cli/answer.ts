import type { Command } from 'commander'
import { plainJson } from './plain-text.ts'
import type { Page } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Prints an answer: as JSON when `--json` asks for it, as `inWords` says otherwise. */
export function answer<T>(
  command: Command,
  terminal: Terminal,
  value: T,
  inWords: (value: T, page: Page) => string,
) {
  const { json } = command.optsWithGlobals<{ json?: boolean }>()
  terminal.print(json ? plainJson(value) : inWords(value, terminal))
}
