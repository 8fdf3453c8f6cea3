import { newId } from '../../mail/email/id.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { DeadLetter, DeadLetters } from '../../mail/ports/dead-letters.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import { afterAll, pageOf, type Row } from './pages.ts'

/** Jobs that were given up, as rows. */
export function sqliteDeadLetters({ sql, write }: Store): DeadLetters {
  return {
    list: async ({ scope, limit, after = afterAll }) =>
      pageOf(
        sql(`${select} AND id < ? ORDER BY id DESC LIMIT ?`).all(scope, scope, after, limit + 1),
        { limit },
        letterOf,
      ),
    get: async (id, scope) => {
      const row = sql(`${select} AND id = ?`).get(scope, scope, id)
      return row && letterOf(row)
    },
    // A job that is buried leaves its record and its content in the same database.
    putBack: async () => 'elsewhere',
    remove: (id, scope) =>
      write(() => {
        const text = `DELETE FROM dead_letters WHERE ${inScope} AND id = ?`
        return sql(text).run(scope, scope, id).changes === 1
      }),
  }
}

/** Writes the one dead letter of an email inside a work that has more to do. */
export function insertDeadLetter(sql: Store['sql'], clock: Clock, emailId: string, reason: string) {
  const at = clock.now()
  sql('DELETE FROM dead_letters WHERE email_id = ?').run(emailId)
  sql(`INSERT INTO dead_letters (id, email_id, reason, at, project)
     VALUES (?1, ?2, ?3, ?4, coalesce((SELECT project FROM emails WHERE id = ?2), 'default'))`).run(
    newId(at),
    emailId,
    reason,
    at,
  )
}

const select = `SELECT id, email_id, reason, at FROM dead_letters WHERE ${inScope}`

function letterOf(row: Row): DeadLetter {
  return {
    id: row['id'] as string,
    emailId: row['email_id'] as string,
    reason: row['reason'] as string,
    at: row['at'] as number,
  }
}
