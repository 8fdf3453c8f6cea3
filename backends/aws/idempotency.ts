import { createHash } from 'node:crypto'
import type { Idempotency, IdempotencyEntry } from '../../mail/ports/idempotency.ts'
import type { Item, Key } from './table/item.ts'
import { present, type Table } from './table/table.ts'

/** Which email answered which Idempotency-Key: one item each, dead at `expiresAt`. */
export function dynamoIdempotency(table: Table): Idempotency {
  return {
    async begin(entry, now) {
      const { applied, item } = await table.put(itemOf(entry), {
        text: 'attribute_not_exists(p) OR e <= :now',
        values: { ':now': now },
      })
      return applied ? undefined : entryOf(entry, item!)
    },
    async finish(owner, key) {
      await table.update(keyOf(owner, key), { set: { f: true } }, present)
    },
    async release(owner, key) {
      await table.update(keyOf(owner, key), { set: { t: 0 } }, present)
    },
  }
}

function itemOf(entry: IdempotencyEntry): Key & Item {
  const { owner, key, id, bodyHash, startedAt, expiresAt, finished, refused } = entry
  return {
    ...keyOf(owner, key),
    d: id,
    b: bodyHash,
    t: startedAt,
    e: expiresAt,
    f: finished,
    r: refused && JSON.stringify(refused),
    // DynamoDB may remove it two days late; until then `e` says that it is dead.
    x: Math.ceil(expiresAt / 1_000),
  }
}

function entryOf({ owner, key }: IdempotencyEntry, item: Item): IdempotencyEntry {
  return {
    owner,
    key,
    id: item['d'] as string,
    bodyHash: item['b'] as string,
    startedAt: item['t'] as number,
    expiresAt: item['e'] as number,
    finished: item['f'] as boolean,
    ...(item['r'] !== undefined && {
      refused: JSON.parse(item['r'] as string) as IdempotencyEntry['refused'],
    }),
  }
}

/** Of a fixed length, whatever the caller sent. */
function keyOf(owner: string, key: string): Key {
  const hash = createHash('sha256')
    .update(JSON.stringify([owner, key]))
    .digest('base64url')
  return { p: `i#${hash}`, s: 'i' }
}
