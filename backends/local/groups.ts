import type { Group, Groups, GroupStop } from '../../mail/ports/groups.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import type { Row } from './pages.ts'

/** Groups of emails, as rows. */
export function sqliteGroups({ sql, write }: Store): Groups {
  return {
    create: (group) => write(() => insert(sql, group)),
    get: async (id, scope, now) => {
      const text = `SELECT * FROM groups WHERE ${inScope} AND id = ? AND expires_at > ?`
      const row = sql(text).get(scope, scope, id, now)
      return row && groupOf(row)
    },
    stop: (id, scope, stop, now) =>
      write(() => {
        const text = `UPDATE groups SET stop = ? WHERE ${inScope} AND id = ? AND expires_at > ?`
        return sql(text).run(stop ?? null, scope, scope, id, now).changes === 1
      }),
    stopped: async (scope, now) => {
      const text = `SELECT * FROM groups
        WHERE ${inScope} AND stop IS NOT NULL AND expires_at > ? ORDER BY id`
      return sql(text).all(scope, scope, now).map(groupOf)
    },
  }
}

function insert(sql: Store['sql'], { id, project, createdAt, expiresAt, stop }: Group) {
  sql('DELETE FROM groups WHERE expires_at <= ?').run(createdAt)
  sql('INSERT INTO groups (id, project, created_at, expires_at, stop) VALUES (?, ?, ?, ?, ?)').run(
    id,
    project,
    createdAt,
    expiresAt,
    stop ?? null,
  )
}

function groupOf(row: Row): Group {
  return {
    id: row['id'] as string,
    project: row['project'] as string,
    createdAt: row['created_at'] as number,
    expiresAt: row['expires_at'] as number,
    ...(row['stop'] !== null && { stop: row['stop'] as GroupStop }),
  }
}
