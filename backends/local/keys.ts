import type { ApiKey, Keys } from '../../mail/ports/keys.ts'
import type { Store } from './group-commit.ts'
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
    list: async () =>
      (known ??= sql('SELECT * FROM keys ORDER BY created_at, id').all().map(keyOf)),
    change: (id, { name, lastUsedAt }) =>
      change(
        () =>
          sql(
            `UPDATE keys SET name = coalesce(?, name), last_used_at = coalesce(?, last_used_at)
             WHERE id = ?`,
          ).run(name ?? null, lastUsedAt ?? null, id).changes === 1,
      ),
    revoke: (id) => change(() => sql('DELETE FROM keys WHERE id = ?').run(id).changes === 1),
  }
}

function insert(sql: Store['sql'], key: ApiKey) {
  sql(
    `INSERT INTO keys (id, name, hash, permission, domain, capture, created_at, last_used_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    key.id,
    key.name,
    key.hash,
    key.permission,
    key.domain ?? null,
    Number(key.capture),
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
    capture: row['capture'] === 1,
    createdAt: row['created_at'] as number,
    ...(row['domain'] !== null && { domain: row['domain'] as string }),
    ...(row['last_used_at'] !== null && { lastUsedAt: row['last_used_at'] as number }),
  }
}
