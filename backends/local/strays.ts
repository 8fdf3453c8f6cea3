import type { Stray, Strays } from '../../mail/ports/strays.ts'
import type { Store } from './group-commit.ts'
import { afterAll, pageOf, type Row } from './pages.ts'

/** Most that are kept with a proof, and without one: strangers must not crowd out what is ours. */
const mostKept = 1_000

/** Returned email that is kept for a person, as rows. */
export function sqliteStrays({ sql, write }: Store, most = mostKept): Strays {
  return {
    keep: (stray, bytes) =>
      write(() => {
        const proven = stray.emailId === undefined ? 0 : 1
        const insert = 'INSERT OR IGNORE INTO strays (id, proven, stray, bytes) VALUES (?, ?, ?, ?)'
        sql(insert).run(stray.id, proven, JSON.stringify(stray), bytes)
        sql(`DELETE FROM strays WHERE proven = ?1 AND id <=
             (SELECT id FROM strays WHERE proven = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`).run(
          proven,
          most,
        )
      }),
    list: async ({ limit, after = afterAll }) =>
      pageOf(
        sql('SELECT stray FROM strays WHERE id < ? ORDER BY id DESC LIMIT ?').all(after, limit + 1),
        { limit },
        strayOf,
      ),
    get: async (id) => {
      const row = sql('SELECT stray, bytes FROM strays WHERE id = ?').get(id)
      return row && { stray: strayOf(row), bytes: row['bytes'] as Uint8Array }
    },
    remove: (id) => write(() => sql('DELETE FROM strays WHERE id = ?').run(id).changes === 1),
  }
}

function strayOf(row: Row): Stray {
  return JSON.parse(row['stray'] as string) as Stray
}
