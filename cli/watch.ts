import { setTimeout } from 'node:timers/promises'
import { pollMs } from './follow.ts'
import type { Terminal } from './terminal.ts'

/** The option, of commands that show how things are. */
export const watchOption = ['-w, --watch', 'again every 2 seconds, until Ctrl-C'] as const

/** Moves to the upper left corner and clears what is below (ECMA-48, CUP and ED). */
const fromTheTop = '\u001B[H\u001B[J'

/**
 * Shows something, once or again and again; on a terminal always in the same place.
 *
 * @param isWatching whether `--watch` was given
 */
export async function shown(
  isWatching: boolean | undefined,
  { isWatched, print }: Terminal,
  show: () => Promise<void>,
): Promise<void> {
  await show()
  while (isWatching) {
    await setTimeout(pollMs)
    if (isWatched) print(fromTheTop)
    await show()
  }
}
