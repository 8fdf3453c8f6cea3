import { comparisonKey } from '../../mail/email/address.ts'
import { allProjects } from '../../mail/email/project.ts'
import type { Suppression } from '../../mail/email/suppression.ts'
import type { Page } from '../../mail/ports/page.ts'
import type { SuppressionQuery } from '../../mail/ports/suppressions.ts'
import type { Store } from './group-commit.ts'
import { isForward, pageOf, type Row } from './pages.ts'

/** One page of what is suppressed, newest first. */
export function listSuppressions(
  sql: Store['sql'],
  query: SuppressionQuery,
  read: (row: Row) => Suppression,
): Page<Suppression> {
  const { text, values } = suppressionListStatement(query)
  return pageOf(sql(text).all(...values, query.limit + 1), query, read)
}

/**
 * The statement for a query; its last value, the number of rows, is left to the caller. It walks
 * the ids, whatever else is asked: what suppresses is a part of a list that people look through.
 */
export function suppressionListStatement(query: SuppressionQuery) {
  const { scope, after, before, reason, list, q } = query
  const terms = [
    ...(scope === allProjects ? [] : [['project = ?', scope]]),
    ...(after === undefined ? [] : [['id < ?', after]]),
    ...(before === undefined ? [] : [['id > ?', before]]),
    ...(reason === undefined ? [] : [["instr(' ' || reasons || ' ', ' ' || ? || ' ')", reason]]),
    ...(list === undefined ? [] : [['list = ?', list ?? '']]),
    ...(q === undefined ? [] : [['instr(address, ?)', comparisonKey(q)]]),
  ] as [string, string][]
  const where = ['forgotten_at IS NULL', ...terms.map(([term]) => term)].join(' AND ')
  const order = isForward(query) ? 'ASC' : 'DESC'
  return {
    text: `SELECT * FROM suppressions INDEXED BY suppressions_by_id
      WHERE ${where} ORDER BY id ${order} LIMIT ?`,
    values: terms.map(([, value]) => value),
  }
}
