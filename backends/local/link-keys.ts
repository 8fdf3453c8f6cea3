import { randomBytes } from 'node:crypto'
import type { LinkKeys } from '../../mail/ports/link-keys.ts'
import type { Store } from './group-commit.ts'

/** The keys of links, as rows. */
export function sqliteLinkKeys({ sql, write }: Store): LinkKeys {
  const read = () =>
    sql('SELECT key FROM link_keys ORDER BY seq DESC')
      .all()
      .map((row) => row['key'] as string)
  const add = () =>
    sql('INSERT INTO link_keys (key) VALUES (?)').run(randomBytes(32).toString('base64'))

  return {
    async all() {
      const keys = read()
      if (keys.length > 0) return keys
      return write(() => {
        if (read().length === 0) add()
        return read()
      })
    },
    rotate: () => write(() => void add()),
  }
}
