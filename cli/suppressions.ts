import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Imported, List, SuppressionSummary } from '../api/openapi/answers.ts'
import { csvLine, recordsIn } from '../mail/suppress/csv.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { clientOf, query, type Client } from './client.ts'
import { table, type Page } from './table.ts'
import { readInput, type Terminal } from './terminal.ts'

interface AddFlags {
  readonly reason?: string
  readonly list?: string
  readonly text?: string
  readonly allProjects?: boolean
}

/** `postern suppressions`. */
export function addSuppressions(program: Command, terminal: Terminal) {
  const suppressions = program
    .command('suppressions')
    .description('see and change which addresses get nothing')
    .addHelpText('after', manual)
  suppressions
    .command('list')
    .description('list suppressed addresses, newest first')
    .option('--q <text>', 'an address, or a part of one')
    .option('--reason <reason>', reasons)
    .option('--list <list>', 'only for this list')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this one')
    .action(async (options: Record<string, string>, command: Command) => {
      const { q, reason, list, limit, after } = options
      const path = `/v1/suppressions${query({ q, reason, list, limit, after })}`
      const page = await clientOf(command, terminal).call<List<SuppressionSummary>>('GET', path)
      answer(command, terminal, page, listInWords)
    })
  suppressions
    .command('add <address>')
    .description('suppress an address')
    .option('--reason <reason>', reasons)
    .option('--list <list>', 'only for emails to this list')
    .option('--text <note>', 'a note, such as who asked for it')
    .option('--all-projects', 'in every project')
    .action(async (address: string, flags: AddFlags, command: Command) => {
      const client = clientOf(command, terminal)
      const wish = { address, ...flags }
      const added = await client.call<SuppressionSummary>('POST', '/v1/suppressions', wish)
      answer(command, terminal, added, (one) => `${one.address} is suppressed (${one.id})`)
    })
  suppressions
    .command('remove <address|id>')
    .description('let an address get mail again; of a list by its id')
    .action(async (key: string, _options, command: Command) => {
      const path = `/suppressions/${encodeURIComponent(key)}`
      const removed = await clientOf(command, terminal).call<{ id: string }>('DELETE', path)
      answer(command, terminal, removed, ({ id }) => `removed ${id}`)
    })
  suppressions
    .command('import <file>')
    .description('suppress the addresses of a CSV file; - reads standard input')
    .option('--reason <reason>', `for rows that give none: ${reasons} (default: manual)`)
    .action(async (file: string, { reason }: { reason?: string }, command: Command) => {
      const client = clientOf(command, terminal)
      const imported = await importAll(client, await read(file, terminal), reason)
      answer(command, terminal, imported, importedInWords)
      if (imported.refused > 0)
        throw new Failure(exitCodes.no, `${imported.refused} rows were refused`)
    })
  suppressions
    .command('export')
    .description('print all of them as CSV')
    .action(async (_options, command: Command) => {
      const file = await clientOf(command, terminal).file('GET', '/v1/suppressions/export')
      terminal.print(file.trimEnd())
    })
}

const reasons = 'bounce, complaint, unsubscribe or manual'

const manual = `
Examples:
  postern suppressions list --q ann@example.com
  postern suppressions add gone@example.com --text 'asked on the phone'
  postern suppressions remove gone@example.com
  postern suppressions import bounces.csv --reason bounce
  postern suppressions export > suppressions.csv

Exit codes: 0 done, 1 refused or not there, 2 wrong usage, 3 Postern cannot be reached.
`

async function read(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return readInput(terminal)
  return readFile(file, 'utf8').catch(() => {
    throw usage(`${file} cannot be read`)
  })
}

/** Rows of one request: well below what the API takes, so that each is answered in a few seconds. */
const rowsAtOnce = 2_000

/** Part by part, each with the first line, which may name the columns. */
async function importAll(client: Client, text: string, reason?: string): Promise<Imported> {
  const records = [...recordsIn(text)]
  const path = `/v1/suppressions/import${query({ reason })}`
  let total: Imported = { added: 0, known: 0, refused: 0, faults: [] }
  const head = hasHeader(records[0]?.cells) ? csvLine(records.shift()!.cells) : ''
  for (let first = 0; first < records.length; first += rowsAtOnce) {
    const part = records.slice(first, first + rowsAtOnce)
    // A broken row stays broken, in a line of its own.
    const lines = part.map(({ cells, fault }) => (fault ? '"\r\n' : csvLine(cells)))
    const said = JSON.parse(await client.file('POST', path, head + lines.join(''))) as Imported
    total = together(total, said, (line) => part[line - (head ? 2 : 1)]?.line ?? line)
  }
  return total
}

/** The first line holds no address: it names the columns. */
function hasHeader(cells: readonly string[] = []): boolean {
  return cells.length > 0 && !cells.some((cell) => cell.includes('@'))
}

function together(one: Imported, other: Imported, lineOf: (line: number) => number): Imported {
  return {
    added: one.added + other.added,
    known: one.known + other.known,
    refused: one.refused + other.refused,
    faults: [
      ...one.faults,
      ...other.faults.map(({ line, rule }) => ({ line: lineOf(line), rule })),
    ],
  }
}

function importedInWords({ added, known, faults }: Imported): string {
  const told = faults.map(({ line, rule }) => `line ${line}: ${rule}`)
  return [`added ${added}, known already ${known}`, ...told].join('\n')
}

function listInWords({ data, has_more }: List<SuppressionSummary>, page: Page): string {
  if (data.length === 0) return 'no address is suppressed'
  const rows = data.map(({ id, address, list, causes, created_at }) => {
    const why = causes.map(({ reason }) => reason).join(', ')
    return [id, address, list === null ? why : `${why} (${list})`, created_at]
  })
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(['ID', 'ADDRESS', 'REASON', 'SINCE'], rows, page) + more
}
