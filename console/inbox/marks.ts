import type { CaptureChecks } from '../data/answers.ts'

export type Finding = CaptureChecks['findings'][number]
type Severity = Finding['severity']
export type Place = Finding['also'][number]

/** A part of a line: plain, or what findings speak of. */
export interface Piece {
  readonly text: string
  /** The column at which findings say it stands. */
  readonly column?: number
  readonly severity?: Severity
  /** What they say of it. */
  readonly said?: readonly string[]
}

export interface Line {
  readonly number: number
  readonly pieces: readonly Piece[]
}

/** A mark goes to the end of a tag, and never further than this, in characters. */
const longestMark = 120

export const idOf = ({ line, column }: Place) => `html-${line}-${column}`

/** Where a finding stands, in the order of the source. */
export function placesOf({ line, column, also }: Finding): readonly Place[] {
  return line === null || column === null ? [] : [{ line, column }, ...also]
}

/** The lines of html, cut at what the findings speak of. */
export function markedLines(html: string, findings: readonly Finding[]): readonly Line[] {
  const byLine = new Map<number, Map<number, Finding[]>>()
  for (const finding of findings)
    for (const { line, column } of placesOf(finding)) {
      const columns = byLine.get(line) ?? new Map<number, Finding[]>()
      byLine.set(line, columns.set(column, [...(columns.get(column) ?? []), finding]))
    }
  return html
    .split('\n')
    .map((text, i) => ({ number: i + 1, pieces: cut(text, byLine.get(i + 1) ?? new Map()) }))
}

function cut(text: string, columns: ReadonlyMap<number, readonly Finding[]>): readonly Piece[] {
  const starts = [...columns.keys()].toSorted((a, b) => a - b)
  if (starts.length === 0) return [{ text }]
  const head = text.slice(0, starts[0]! - 1)
  const marked = starts.flatMap((column, i) => {
    const rest = text.slice(column - 1, (starts[i + 1] ?? Infinity) - 1)
    const length = markLength(rest)
    const mark = { text: rest.slice(0, length), column, ...verdictOf(columns.get(column)!) }
    return length < rest.length ? [mark, { text: rest.slice(length) }] : [mark]
  })
  return head === '' ? marked : [{ text: head }, ...marked]
}

function markLength(rest: string): number {
  const end = rest.indexOf('>') + 1
  return Math.min(end > 0 ? end : rest.length, longestMark)
}

/** The worst of several, which come worst first. */
function verdictOf(findings: readonly Finding[]): Pick<Piece, 'severity' | 'said'> {
  return { severity: findings[0]!.severity, said: findings.map(({ text }) => text) }
}
