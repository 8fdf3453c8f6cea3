import { plainLine } from './plain-text.ts'

/** Longest text in a column but the last, in characters. */
const widest = 48

/** Rows under their headings, in columns, each on one line and fit for a terminal. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(cell))
  const widths = headings.map((_, column) =>
    Math.min(widest, Math.max(...lines.map((line) => line[column]!.length))),
  )
  return lines
    .map((line) =>
      line
        .map((text, column) => fit(text, widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Text as it is, no value as a dash, everything else as JSON. */
export function cell(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-'
  return plainLine(typeof value === 'string' ? value : JSON.stringify(value))
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)
}
