import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { plainJson } from './plain-text.ts'
import { cell } from './table.ts'
import type { Terminal } from './terminal.ts'

/** How often it is asked whether there is more, in milliseconds. */
export const pollMs = 2_000

/** The option, of lists. */
export const followOption = [
  '-f, --follow',
  'oldest first, and go on with what comes; with --json a line for each',
] as const

/** What a command is told of a list that it can follow. */
export interface PageFlags {
  readonly limit?: string
  readonly after?: string
  readonly follow?: boolean
}

/** A page of a list that has the newest first. */
interface Page<T> {
  readonly data: readonly T[]
  readonly has_more: boolean
}

/**
 * The newest of a list, oldest first, and then without an end what comes, each once. Ids grow with
 * time (RFC 9562, version 7), so what is greater than the last one shown is new.
 *
 * @param ask for a page, of what is older than an id where one is given
 * @param pause until it is asked again
 */
export async function* followed<T extends { readonly id: string }>(
  ask: (after?: string) => Promise<Page<T>>,
  pause: () => Promise<unknown> = () => setTimeout(pollMs),
): AsyncGenerator<T, never> {
  let shown = ''
  let items = (await ask()).data
  for (;;) {
    yield* items.toReversed()
    shown = items[0]?.id ?? shown
    await pause()
    items = await newerThan(shown, ask)
  }
}

async function newerThan<T extends { readonly id: string }>(
  shown: string,
  ask: (after?: string) => Promise<Page<T>>,
): Promise<T[]> {
  const found: T[] = []
  for (;;) {
    const { data, has_more: hasMore } = await ask(found.at(-1)?.id)
    const fresh = data.filter(({ id }) => id > shown)
    found.push(...fresh)
    if (!hasMore || fresh.length < data.length || shown === '') return found
  }
}

/** Prints each item on a line as it comes: for programs as JSON, or in cells. */
export async function printEach<T extends object>(
  items: AsyncIterable<T>,
  command: Command,
  { print, rowOf }: Pick<Terminal, 'print'> & { rowOf: (item: T) => readonly unknown[] },
): Promise<void> {
  const { json } = command.optsWithGlobals<{ json?: boolean }>()
  for await (const item of items)
    print(json ? plainJson(item).replace(/\n */g, '') : rowOf(item).map(cell).join('  '))
}
