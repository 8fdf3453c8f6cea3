import { plainLine } from './plain-text.ts'
import { colourOf } from './state-colours.ts'
import type { Paint, Terminal } from './terminal.ts'

/** What a table is fitted to: the width of a terminal, or none where a program reads it. */
export type Page = Pick<Terminal, 'columns' | 'paint'>

/** How narrow columns get where there is no room, then where there is still none; in characters. */
const narrowest = [12, 6]

const gap = '  '

/**
 * Rows under their headings, each cell whole and on one line for programs, with tabs between; for a
 * terminal in columns, where what does not fit is wrapped inside its column. Where there are too
 * many columns even for that, each row is a list of its cells.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly unknown[])[],
  { columns, paint = (_as, text) => text }: Page,
): string {
  const lines = [headings, ...rows].map((row) => row.map(cell))
  const looks = (text: string, row: number) => (row === 0 ? 'bold' : colourOf(text))
  const painted = (text: string, as: Paint | undefined) => (as ? paint(as, text) : text)
  const widths = columns === undefined ? undefined : widthsFor(lines, columns)
  if (widths && sum(widths) + gap.length * (widths.length - 1) > columns!)
    return asLists(lines, columns!).join('\n')
  return lines
    .flatMap((line, row) => {
      const paintings = line.map((text) => (part: string) => painted(part, looks(text, row)))
      if (!widths) return line.map((text, at) => paintings[at]!(text)).join('\t')
      return inColumns(line, widths, paintings)
    })
    .join('\n')
}

function asLists([headings, ...rows]: readonly (readonly string[])[], columns: number): string[] {
  return rows.flatMap((row, at) => [
    ...(at > 0 ? [''] : []),
    ...row.flatMap((text, n) => wrapped(`${headings![n]}: ${text}`, columns)),
  ])
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
  for (const least of narrowest) narrow(widths, { room, least })
  return widths
}

function narrow(widths: number[], { room, least }: { room: number; least: number }) {
  for (let excess = sum(widths) - room; excess > 0; excess = sum(widths) - room) {
    const [second = 0, first = 0] = [...widths].sort((a, b) => a - b).slice(-2)
    if (first <= least) return
    const next = Math.max(least, first - excess, first === second ? first - 1 : second)
    widths[widths.indexOf(first)] = Math.min(next, first - 1)
  }
}

function sum(widths: readonly number[]): number {
  return widths.reduce((all, width) => all + width, 0)
}

function inColumns(
  line: readonly string[],
  widths: readonly number[],
  paintings: readonly ((part: string) => string)[],
): string[] {
  const cells = line.map((text, at) => wrapped(text, widths[at]!))
  const height = Math.max(...cells.map(({ length }) => length))
  return Array.from({ length: height }, (_, row) => {
    const parts = cells.map((texts) => texts[row] ?? '')
    const last = parts.findLastIndex((part) => part !== '')
    return parts
      .slice(0, last + 1)
      .map((part, at) => {
        const padding = at === last ? '' : ' '.repeat(widths[at]! - part.length)
        return (part === '' ? '' : paintings[at]!(part)) + padding
      })
      .join(gap)
  })
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
