import { plainLine } from './plain-text.ts'
import type { Terminal } from './terminal.ts'

/** What a table is fitted to: the width of a terminal, or none where a program reads it. */
export type Page = Pick<Terminal, 'columns'>

/** Columns narrower than this are not made narrower, in characters: an id or a time stays whole. */
const narrowest = 12

const gap = '  '

/**
 * Rows under their headings, each cell whole and on one line for programs, with tabs between; for a
 * terminal in columns, where what does not fit is wrapped inside its column.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly unknown[])[],
  { columns }: Page,
): string {
  const lines = [headings, ...rows].map((row) => row.map(cell))
  if (columns === undefined) return lines.map((line) => line.join('\t')).join('\n')
  const widths = widthsFor(lines, columns)
  return lines.flatMap((line) => inColumns(line, widths)).join('\n')
}

/** Text as it is, no value as a dash, everything else as JSON. */
export function cell(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-'
  return plainLine(typeof value === 'string' ? value : JSON.stringify(value))
}

/** As wide as the widest text; where that is too wide for the page, the widest columns give way. */
function widthsFor(lines: readonly (readonly string[])[], columns: number): number[] {
  const widths = lines[0]!.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)))
  const room = columns - gap.length * (widths.length - 1)
  for (let excess = sum(widths) - room; excess > 0; excess = sum(widths) - room) {
    const [second = 0, first = 0] = [...widths].sort((a, b) => a - b).slice(-2)
    if (first <= narrowest) break
    const least = Math.max(narrowest, first - excess, first === second ? first - 1 : second)
    widths[widths.indexOf(first)] = Math.min(least, first - 1)
  }
  return widths
}

function sum(widths: readonly number[]): number {
  return widths.reduce((all, width) => all + width, 0)
}

function inColumns(line: readonly string[], widths: readonly number[]): string[] {
  const cells = line.map((text, at) => wrapped(text, widths[at]!))
  const height = Math.max(...cells.map(({ length }) => length))
  return Array.from({ length: height }, (_, row) =>
    cells
      .map((texts, at) => (texts[row] ?? '').padEnd(widths[at]!))
      .join(gap)
      .trimEnd(),
  )
}

/** At spaces where it can be; nothing is left out. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width)
    const end = space > 0 ? space : width
    lines.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return [...lines, rest]
}
