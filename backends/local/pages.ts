import type { SQLOutputValue } from 'node:sqlite'
import type { Page } from '../../mail/ports/page.ts'

export type Row = Record<string, SQLOutputValue>

/** Greater than every id: ids are hexadecimal and begin with a digit or a letter up to f. */
export const afterAll = '~'

/** A page from one row more than it holds: that row says whether there are more. */
export function pageOf<Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
): Page<Item> {
  return { data: rows.slice(0, limit).map(itemOf), hasMore: rows.length > limit }
}
