import type { Audit, AuditLine } from '../../mail/ports/audit.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import { afterAll, pageOf } from './pages.ts'

/** Who changed what, as rows. */
export function sqliteAudit({ sql, write }: Store): Audit {
  return {
    put: ({ id, project, ...line }) =>
      write(() => {
        const text = `INSERT INTO audit (id, project, at, line) VALUES (?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET line = excluded.line`
        sql(text).run(id, project, line.at, JSON.stringify({ id, project, ...line }))
      }),
    list: async ({ scope, withShared = false, limit, after = afterAll }) => {
      const text = `SELECT line FROM audit WHERE (${inScope} OR (? AND project = '*'))
        AND id < ? ORDER BY id DESC LIMIT ?`
      const rows = sql(text).all(scope, scope, Number(withShared), after, limit + 1)
      return pageOf(rows, { limit }, (row) => JSON.parse(row['line'] as string) as AuditLine)
    },
  }
}

/** Removes some of those whose time is over; how many. */
export function forgetAudit({ sql, write }: Store, until: number, most: number): Promise<number> {
  const text = `DELETE FROM audit WHERE id IN
    (SELECT id FROM audit WHERE at <= ? ORDER BY at LIMIT ?)`
  return write(() => Number(sql(text).run(until, most).changes))
}
