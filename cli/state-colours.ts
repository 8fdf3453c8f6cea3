import type { Paint } from './terminal.ts'

/** What a word in a cell of its own means: wrong, for a person to look at, or done. */
const words: Readonly<Record<Paint, readonly string[]>> = {
  bold: [],
  red: ['failed', 'bounced', 'complained', 'rejected', 'broken', 'refused', 'error'],
  yellow: [
    ...['held', 'blocked', 'deferred', 'delivery_delayed', 'ambiguous', 'suppressed', 'warning'],
    ...['paused', 'warned', 'disabled'],
  ],
  green: ['sent', 'delivered', 'works', 'ok'],
}

const colours = new Map(
  Object.entries(words).flatMap(([as, all]) => all.map((word) => [word, as as Paint] as const)),
)

/** The colour of a cell that holds nothing but such a word. */
export function colourOf(cell: string): Paint | undefined {
  return colours.get(cell)
}
