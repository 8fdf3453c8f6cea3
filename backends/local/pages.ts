import type { SQLOutputValue } from 'node:sqlite'
import type { Page } from '../../mail/ports/page.ts'

export type Row = Record<string, SQLOutputValue>

/** Greater than every id: ids are hexadecimal and begin with a digit or a letter up to f. */
export const afterAll = '~'

interface PageQuery {
  readonly limit: number
  readonly after?: string
  readonly before?: string
}

/** A page, newest first, from one row more than it holds: that row says whether there are more. */
export function pageOf<One, Item>(
  rows: readonly One[],
  query: PageQuery,
  itemOf: (row: One) => Item,
): Page<Item> {
  const data = rows.slice(0, query.limit).map(itemOf)
  return { data: isForward(query) ? data.reverse() : data, hasMore: rows.length > query.limit }
}

/** The page just before an id is found by walking forward from it. */
export function isForward({ after, before }: Omit<PageQuery, 'limit'>): boolean {
  return before !== undefined && after === undefined
}
