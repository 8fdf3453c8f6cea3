import { comparisonKey } from '../../mail/email/address.ts'
import { allProjects } from '../../mail/email/project.ts'
import type { SuppressedPlace, Suppression } from '../../mail/email/suppression.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { SuppressionQuestion, Suppressions } from '../../mail/ports/suppressions.ts'
import { suppressionAdded, suppressionsRemoved } from '../../mail/own-events.ts'
import {
  forgottenAt,
  isNewIn,
  suppressionOf,
  withCause,
  withoutCauses,
  type SuppressionRecord,
} from '../../mail/suppress/record.ts'
import { addressFilter, type AddressFilter } from './address-filter.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import type { Row } from './pages.ts'
import { listSuppressions } from './suppression-list.ts'
import type { TellingStore } from './telling.ts'

/** What is suppressed, as rows. */
export function sqliteSuppressions({ sql, write, tell }: TellingStore, clock: Clock): Suppressions {
  let known: AddressFilter | undefined

  return {
    find: async (question) => find(sql, (known ??= everSuppressed(sql)), question),
    add: (place, cause) =>
      write(() => {
        const before = read(sql, place)
        const changed = withCause(before, place, cause)
        const isNew = isNewIn(before, cause)
        known?.add(comparisonKey(place.address))
        if (changed) keep(sql, changed)
        if (changed && isNew) tell(suppressionAdded(changed, cause, clock.now()))
        return { suppression: suppressionOf((changed ?? before)!), isNew }
      }),
    remove: (place, removal) =>
      write(() => {
        const before = read(sql, place)
        const change = before && withoutCauses(before, removal)
        if (!change) return undefined
        keep(sql, change.left)
        for (const event of suppressionsRemoved(change.taken, removal)) tell(event)
        return change.taken
      }),
    get: async (id, scope) => {
      const text = `SELECT * FROM suppressions
        WHERE ${inScope} AND id = ? AND forgotten_at IS NULL`
      const row = sql(text).get(scope, scope, id)
      return row && suppressionOf(recordOf(row))
    },
    list: async (query) => listSuppressions(sql, query, (row) => suppressionOf(recordOf(row))),
    history: async (place) => read(sql, place)?.history ?? [],
  }
}

const inTheWay = `SELECT * FROM suppressions WHERE address = ? AND project IN (?, '${allProjects}')
  AND list IN ('', ?) AND forgotten_at IS NULL`

/**
 * Asked for every email. Nearly all addresses are not there, and a long list read for them would push
 * what emails need out of the cache: only for those that may be there the database is asked.
 */
function find(
  sql: Store['sql'],
  known: AddressFilter,
  { project, addresses, list = '' }: SuppressionQuestion,
) {
  const found: Suppression[] = []
  const asked = sql(inTheWay)
  const keys = addresses.map(comparisonKey).filter(known.mayHave)
  for (const key of new Set(keys))
    for (const row of asked.all(key, project, list)) found.push(suppressionOf(recordOf(row)))
  return found
}

/** Read once: this process alone adds to them. */
function everSuppressed(sql: Store['sql']): AddressFilter {
  const known = addressFilter()
  const text = 'SELECT address FROM suppressions WHERE forgotten_at IS NULL'
  for (const { address } of sql(text).iterate()) known.add(address as string)
  return known
}

function read(sql: Store['sql'], { project, address, list = '' }: SuppressedPlace) {
  const row = sql('SELECT * FROM suppressions WHERE address = ? AND project = ? AND list = ?').get(
    comparisonKey(address),
    project,
    list,
  )
  return row && recordOf(row)
}

function keep(sql: Store['sql'], record: SuppressionRecord) {
  const { id, project, address, list = '', causes, history } = record
  sql(
    `INSERT OR REPLACE INTO suppressions
     (address, project, list, id, spelling, reasons, causes, history, forgotten_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    comparisonKey(address),
    project,
    list,
    id,
    address,
    causes.map(({ reason }) => reason).join(' '),
    JSON.stringify(causes),
    JSON.stringify(history),
    forgottenAt(record) ?? null,
  )
}

function recordOf(row: Row): SuppressionRecord {
  const list = row['list'] as string
  return {
    id: row['id'] as string,
    project: row['project'] as string,
    address: row['spelling'] as string,
    ...(list !== '' && { list }),
    causes: JSON.parse(row['causes'] as string) as SuppressionRecord['causes'],
    history: JSON.parse(row['history'] as string) as SuppressionRecord['history'],
  }
}
