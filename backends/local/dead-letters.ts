import { newId } from '../../mail/email/id.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { DeadLetter, DeadLetters } from '../../mail/ports/dead-letters.ts'
import type { Store } from './group-commit.ts'
import { afterAll, pageOf, type Row } from './pages.ts'

/** Jobs that were given up, as rows. */
export function sqliteDeadLetters({ sql, write }: Store): DeadLetters {
  return {
    list: async ({ limit, after = afterAll }) =>
      pageOf(
        sql(`${select} WHERE id < ? ORDER BY id DESC LIMIT ?`).all(after, limit + 1),
        { limit },
        letterOf,
      ),
    get: async (id) => {
      const row = sql(`${select} WHERE id = ?`).get(id)
      return row && letterOf(row)
    },
    // A job that is buried leaves its record and its content in the same database.
    putBack: async () => 'elsewhere',
    remove: (id) => write(() => sql('DELETE FROM dead_letters WHERE id = ?').run(id).changes === 1),
  }
}

/** Writes the one dead letter of an email inside a work that has more to do. */
export function insertDeadLetter(sql: Store['sql'], clock: Clock, emailId: string, reason: string) {
  const at = clock.now()
  sql('DELETE FROM dead_letters WHERE email_id = ?').run(emailId)
  sql('INSERT INTO dead_letters (id, email_id, reason, at) VALUES (?, ?, ?, ?)').run(
    newId(at),
    emailId,
    reason,
    at,
  )
}

const select = 'SELECT id, email_id, reason, at FROM dead_letters'

function letterOf(row: Row): DeadLetter {
  return {
    id: row['id'] as string,
    emailId: row['email_id'] as string,
    reason: row['reason'] as string,
    at: row['at'] as number,
  }
}
