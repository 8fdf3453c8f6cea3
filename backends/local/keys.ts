import { allProjects } from '../../mail/email/project.ts'
import type { Stream } from '../../mail/email/stream.ts'
import type { ApiKey, Keys } from '../../mail/ports/keys.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import type { Row } from './pages.ts'

/** API keys, as rows; a token is only known by its hash. */
export function sqliteKeys({ sql, write }: Store): Keys {
  /** As the rows say: asked for at every request, changed by this process alone. */
  let known: readonly ApiKey[] | undefined
  const change = <T>(work: () => T) =>
    write(() => {
      known = undefined
      return work()
    })

  return {
    create: (key) => change(() => insert(sql, key)),
    findByHash: async (hash) => {
      const row = sql('SELECT * FROM keys WHERE hash = ?').get(hash)
      return row && keyOf(row)
    },
    list: async (scope) => {
      known ??= sql('SELECT * FROM keys ORDER BY created_at, id').all().map(keyOf)
      return scope === allProjects ? known : known.filter(({ project }) => project === scope)
    },
    change: (id, { name, lastUsedAt }, scope) =>
      change(
        () =>
          sql(
            `UPDATE keys SET name = coalesce(?, name), last_used_at = coalesce(?, last_used_at)
             WHERE ${inScope} AND id = ?`,
          ).run(name ?? null, lastUsedAt ?? null, scope, scope, id).changes === 1,
      ),
    revoke: (id, scope) =>
      change(() => {
        const text = `DELETE FROM keys WHERE ${inScope} AND id = ?`
        return sql(text).run(scope, scope, id).changes === 1
      }),
  }
}

function insert(sql: Store['sql'], key: ApiKey) {
  sql(
    `INSERT INTO keys
     (id, name, hash, permission, project, domain, capture, stream, created_at, last_used_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    key.id,
    key.name,
    key.hash,
    key.permission,
    key.project,
    key.domain ?? null,
    Number(key.capture),
    key.stream ?? null,
    key.createdAt,
    key.lastUsedAt ?? null,
  )
}

function keyOf(row: Row): ApiKey {
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    hash: row['hash'] as string,
    permission: row['permission'] as ApiKey['permission'],
    project: row['project'] as string,
    capture: row['capture'] === 1,
    createdAt: row['created_at'] as number,
    ...(row['domain'] !== null && { domain: row['domain'] as string }),
    ...(row['stream'] !== null && { stream: row['stream'] as Stream }),
    ...(row['last_used_at'] !== null && { lastUsedAt: row['last_used_at'] as number }),
  }
}
