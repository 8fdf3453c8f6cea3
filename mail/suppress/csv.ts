/*
 * Comma-separated values (RFC 4180), as spreadsheets write them: with a byte order mark, with
 * semicolons or tabs, with any line ends. By hand, because each record has to say by itself what is
 * wrong with it and where it stood, and no cell that is written may be a formula.
 */

export interface CsvRecord {
  /** The line that it begins in, from 1. */
  readonly line: number
  readonly cells: readonly string[]
  readonly fault?: string
}

/** Longest cell that is read, in characters: an address, or a server's reply. */
const longestCell = 2_000
const mostCells = 50
/** Of a cell: a pattern that matches any number takes memory for each. */
const mostQuotes = 200

/** Every record that is not blank. One that is broken says so; the next begins in its next line. */
export function* recordsIn(text: string): Generator<CsvRecord> {
  const whole = text.replace(/^\ufeff/, '')
  const separator = separatorOf(whole)
  let [at, line] = [0, 1]
  while (at < whole.length) {
    const { cells, end, broken } = recordAt(whole, at, separator)
    const fault = broken ?? excessOf(cells)
    if (fault !== undefined) yield { line, cells: [], fault }
    else if (cells.some((cell) => cell.trim() !== '')) yield { line, cells }
    line += whole.slice(at, end).match(/\r\n|\r|\n/g)?.length ?? 0
    at = end
  }
}

/** A record with its line end. A cell that a spreadsheet would calculate gets a quote before it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** What `csvLine` wrote a quote before, without it. */
export function withoutGuard(cell: string): string {
  return guarded.test(cell.slice(1)) && cell.startsWith("'") ? cell.slice(1) : cell
}

/** As OWASP lists them (CSV injection), and the guard itself, so that it can be taken off again. */
const guarded = /^[=+\-@\t\r']/

function csvCell(text: string): string {
  const safe = guarded.test(text) ? `'${text}` : text
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The one of the usual three that the first line has most of. */
function separatorOf(text: string): string {
  const first = /^[^\r\n]*/.exec(text.slice(0, longestCell))![0]
  const countOf = (separator: string) => first.split(separator).length
  return [',', ';', '\t'].reduce((best, one) => (countOf(one) > countOf(best) ? one : best))
}

function recordAt(text: string, start: number, separator: string) {
  const cell = cellPatterns.get(separator)!
  const cells: string[] = []
  for (cell.lastIndex = start; ;) {
    const at = cell.lastIndex
    const [, quoted, plain = '', end] = cell.exec(text) ?? []
    if (end === undefined) return { cells, end: nextLine(text, at), broken: unclosed }
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== separator) return { cells, end: cell.lastIndex }
  }
}

const unclosed = 'a quote is not closed, or text follows where one is'

const cellPatterns = new Map(
  [',', ';', '\t'].map((separator) => {
    const quoted = `"([^"]*(?:""[^"]*){0,${mostQuotes}})"`
    const plain = `((?!")[^${separator}\\r\\n]*)`
    return [separator, new RegExp(`(?:${quoted}|${plain})(${separator}|\\r\\n|\\r|\\n|$)`, 'y')]
  }),
)

function nextLine(text: string, at: number): number {
  const end = /\r\n|\r|\n/g
  end.lastIndex = at
  return end.exec(text) ? end.lastIndex : text.length
}

function excessOf(cells: readonly string[]): string | undefined {
  if (cells.length > mostCells) return `at most ${mostCells} cells`
  const isLong = cells.some(({ length }) => length > longestCell)
  return isLong ? `at most ${longestCell} characters in a cell` : undefined
}
