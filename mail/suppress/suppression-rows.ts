import { parseAddress } from '../email/address.ts'
import { remoteText } from '../email/outcome.ts'
import {
  listName,
  suppressionReasons,
  type SuppressedPlace,
  type Suppression,
  type SuppressionCause,
  type SuppressionReason,
} from '../email/suppression.ts'
import { csvLine, recordsIn, withoutGuard, type CsvRecord } from './csv.ts'

/** A row of a file that is fit to be added, or what is wrong with it. */
export type SuppressionRow =
  | {
      readonly place: Omit<SuppressedPlace, 'project'>
      readonly cause: Omit<SuppressionCause, 'by'>
    }
  | { readonly line: number; readonly rule: string }

interface RowOptions {
  /** What a row means that gives no reason of ours. */
  readonly reason: SuppressionReason
  /** Milliseconds since the epoch, for rows without a time. */
  readonly now: number
}

/**
 * Reads a file of suppressed addresses: Postern's own, or an export of Resend, SendGrid, Postmark or
 * Mailgun; or only addresses, one in a line.
 */
export function* suppressionRows(text: string, options: RowOptions): Generator<SuppressionRow> {
  let columns: Columns | undefined
  for (const record of recordsIn(text)) {
    if (!columns && record.fault === undefined) {
      columns = columnsOf(record.cells)
      if (columns !== onlyAddresses) continue
    }
    yield record.fault === undefined
      ? rowOf(record, columns!, options)
      : { line: record.line, rule: record.fault }
  }
}

/** The file that `suppressionRows` reads back: a line for each cause. */
export const suppressionHeader = csvLine([
  'address',
  'reason',
  'list',
  'created_at',
  'by',
  'email_id',
  'status',
  'text',
  'project',
])

export function linesOf({ address, list = '', project, causes }: Suppression): string {
  const lines = causes.map(({ reason, at, by, emailId = '', status = '', text = '' }) =>
    csvLine([
      address,
      reason,
      list,
      new Date(at).toISOString(),
      by,
      emailId,
      status,
      text,
      project,
    ]),
  )
  return lines.join('')
}

type Column = 'address' | 'reason' | 'list' | 'at' | 'status' | 'text'
type Columns = ReadonlyMap<Column, number>

const onlyAddresses: Columns = new Map([['address', 0]])

/** Names of columns, without anything but letters: those of other services among them. */
const names: Readonly<Record<Column, readonly string[]>> = {
  address: ['address', 'email', 'emailaddress', 'recipient'],
  reason: ['reason', 'origin', 'suppressionreason'],
  list: ['list', 'group', 'groupid', 'topicid'],
  at: ['createdat', 'created', 'timestamp', 'date'],
  status: ['status', 'code'],
  text: ['text', 'message', 'error', 'description'],
}

function columnsOf(cells: readonly string[]): Columns {
  const plain = cells.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ''))
  const columns = new Map<Column, number>()
  for (const [column, known] of Object.entries(names) as [Column, readonly string[]][]) {
    const place = plain.findIndex((name) => known.includes(name))
    if (place >= 0) columns.set(column, place)
  }
  return columns.has('address') ? columns : onlyAddresses
}

function rowOf(
  { line, cells }: CsvRecord,
  columns: Columns,
  { reason, now }: RowOptions,
): SuppressionRow {
  const cellOf = (column: Column) => withoutGuard(cells[columns.get(column) ?? -1] ?? '').trim()
  const read = parseAddress(cellOf('address'), 'local')
  if ('fault' in read) return { line, rule: read.fault }
  const list = cellOf('list')
  if (list !== '' && !listName.test(list)) return { line, rule: listRule }
  const given = cellOf('reason')
  const known = list === '' ? reasonNamed(given) : 'unsubscribe'
  const text = remoteText(cellOf('text') || (known ? '' : given))
  const status = cellOf('status')
  return {
    place: { address: read.address, ...(list !== '' && { list }) },
    cause: {
      reason: known ?? reason,
      at: timeOf(cellOf('at'), now),
      ...(/^[245]\.\d{1,3}\.\d{1,3}$/.test(status) && { status }),
      ...(text !== '' && { text }),
    },
  }
}

/** The rule for the name of a list, for people. */
export const listRule = 'a list is named by 1 to 64 letters, digits, dots, hyphens and underscores'

/** Other services' words for the same. */
const synonyms: readonly (readonly [RegExp, SuppressionReason])[] = [
  [/^(hard ?)?bounced?$/i, 'bounce'],
  [/^(complained|spam ?(report|complaint)?s?)$/i, 'complaint'],
  [/^(un|group_un)subscribed?$/i, 'unsubscribe'],
  [/^manual ?suppression$/i, 'manual'],
]

function reasonNamed(text: string): SuppressionReason | undefined {
  const own = suppressionReasons.find((reason) => reason === text.toLowerCase())
  return own ?? synonyms.find(([pattern]) => pattern.test(text))?.[1]
}

/** ISO 8601 or Unix seconds; never later than now. */
function timeOf(text: string, now: number): number {
  const time = /^\d{9,10}$/.test(text) ? Number(text) * 1_000 : Date.parse(text)
  return Number.isInteger(time) && time > 0 ? Math.min(time, now) : now
}
