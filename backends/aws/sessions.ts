import type { Session, Sessions } from '../../mail/ports/sessions.ts'
import type { Item, Key } from './table/item.ts'
import type { Table } from './table/table.ts'

/** Who is signed in to the console: one item each, dead at `expiresAt`. */
export function dynamoSessions(table: Table): Sessions {
  return {
    async create({ hash, keyHash, createdAt, expiresAt }) {
      const x = Math.ceil(expiresAt / 1_000)
      await table.put({ ...keyOf(hash), h: keyHash, t: createdAt, e: expiresAt, x })
    },
    async findByHash(hash, now) {
      const item = await table.get(keyOf(hash))
      return item && (item['e'] as number) > now ? sessionOf(hash, item) : undefined
    },
    async remove(hash) {
      await table.remove(keyOf(hash))
    },
  }
}

function keyOf(hash: string): Key {
  return { p: `w#${hash}`, s: 'w' }
}

function sessionOf(hash: string, item: Item): Session {
  return {
    hash,
    keyHash: item['h'] as string,
    createdAt: item['t'] as number,
    expiresAt: item['e'] as number,
  }
}
