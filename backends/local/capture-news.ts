import { isId, newId } from '../../mail/email/id.ts'
import { isInScope } from '../../mail/email/project.ts'
import type { Capture, News, NewsQuery } from '../../mail/ports/captures.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Store } from './group-commit.ts'
import type { Row } from './pages.ts'

type Sql = Store['sql']

/** What was captured after a place: an id of its own that a capture gets in the order of capturing. */
export function newsOf(
  sql: Sql,
  clock: Clock,
  { scope, limit, after }: NewsQuery,
  captureOf: (row: Row) => Capture,
): News | undefined {
  if (after === undefined) return { data: [], place: newId(clock.now()), hasMore: false }
  if (!isId(after)) return undefined
  const rows = sql(
    `SELECT capture_order.stamp, captures.* FROM capture_order CROSS JOIN captures USING (id)
     WHERE stamp > ? ORDER BY stamp LIMIT ?`,
  ).all(after, limit)
  const all = rows.map((row) => ({ place: row['stamp'] as string, capture: captureOf(row) }))
  const data = all.filter(({ capture }) => isInScope(capture.project, scope))
  return { data, place: all.at(-1)?.place ?? after, hasMore: rows.length === limit }
}
