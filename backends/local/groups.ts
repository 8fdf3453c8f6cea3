import type { Group, Groups, GroupStop } from '../../mail/ports/groups.ts'
import type { Store } from './group-commit.ts'
import type { Row } from './pages.ts'

/** Groups of emails, as rows. */
export function sqliteGroups({ sql, write }: Store): Groups {
  return {
    create: (group) => write(() => insert(sql, group)),
    get: async (id, now) => {
      const row = sql('SELECT * FROM groups WHERE id = ? AND expires_at > ?').get(id, now)
      return row && groupOf(row)
    },
    stop: (id, stop, now) =>
      write(
        () =>
          sql('UPDATE groups SET stop = ? WHERE id = ? AND expires_at > ?').run(
            stop ?? null,
            id,
            now,
          ).changes === 1,
      ),
    stopped: async (now) =>
      sql('SELECT * FROM groups WHERE stop IS NOT NULL AND expires_at > ? ORDER BY id')
        .all(now)
        .map(groupOf),
  }
}

function insert(sql: Store['sql'], { id, createdAt, expiresAt, stop }: Group) {
  sql('DELETE FROM groups WHERE expires_at <= ?').run(createdAt)
  sql('INSERT INTO groups (id, created_at, expires_at, stop) VALUES (?, ?, ?, ?)').run(
    id,
    createdAt,
    expiresAt,
    stop ?? null,
  )
}

function groupOf(row: Row): Group {
  return {
    id: row['id'] as string,
    createdAt: row['created_at'] as number,
    expiresAt: row['expires_at'] as number,
    ...(row['stop'] !== null && { stop: row['stop'] as GroupStop }),
  }
}
