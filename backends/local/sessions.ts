import type { Session, Sessions } from '../../mail/ports/sessions.ts'
import type { Store } from './group-commit.ts'
import type { Row } from './pages.ts'

/** Who is signed in, as rows; a token is only known by its hash. */
export function sqliteSessions({ sql, write }: Store): Sessions {
  return {
    create: (session) => write(() => insert(sql, session)),
    findByHash: async (hash, now) => {
      const row = sql('SELECT * FROM sessions WHERE hash = ? AND expires_at > ?').get(hash, now)
      return row && sessionOf(row)
    },
    remove: (hash) =>
      write(() => {
        sql('DELETE FROM sessions WHERE hash = ?').run(hash)
      }),
  }
}

/** Signing in also removes expired sessions: nothing else would. */
function insert(sql: Store['sql'], { hash, keyHash, createdAt, expiresAt }: Session) {
  sql('DELETE FROM sessions WHERE expires_at <= ?').run(createdAt)
  sql('INSERT INTO sessions (hash, key_hash, created_at, expires_at) VALUES (?, ?, ?, ?)').run(
    hash,
    keyHash,
    createdAt,
    expiresAt,
  )
}

function sessionOf(row: Row): Session {
  return {
    hash: row['hash'] as string,
    keyHash: row['key_hash'] as string,
    createdAt: row['created_at'] as number,
    expiresAt: row['expires_at'] as number,
  }
}
