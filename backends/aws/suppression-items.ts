import { idOf } from '../../mail/email/id.ts'
import type { SuppressedPlace } from '../../mail/email/suppression.ts'
import { forgottenAt, placeKey, type SuppressionRecord } from '../../mail/suppress/record.ts'
import type { Item, Key } from './table/item.ts'
import { listPartition } from './table/project-place.ts'
import { shards } from './table/recipient-hash.ts'

/**
 * Where the suppression with an id lies: below what its id has of the place, 74 bits of a hash. So
 * an id leads there, and a place does whenever it was suppressed.
 */
export function idKey(id: string): Key {
  return { p: `u#${id.slice(15)}`, s: 'u' }
}

export function placeItemKey(place: SuppressedPlace): Key {
  return idKey(idOf(placeKey(place), 0))
}

/** Whether an item is that of a place: an index shows no address, and neither does a key. */
export function isOf(item: Item, place: SuppressedPlace): boolean {
  return placeKey(recordOf(item)) === placeKey(place)
}

/** The parts of the list, as those of emails (table/recipient-hash.ts). */
export const suppressionParts = shards.map((shard) => `u${shard}`)

export function itemOfRecord(record: SuppressionRecord, revision: number): Key & Item {
  const { history, ...suppression } = record
  const { id, project } = suppression
  const end = forgottenAt(record)
  return {
    ...idKey(id),
    ...(end === undefined && { l: listPartition(`u${id.at(-1)}`, project), i: id }),
    a: JSON.stringify(suppression),
    h: JSON.stringify(history),
    r: revision,
    x: end === undefined ? undefined : Math.ceil(end / 1_000),
  }
}

export function recordOf(item: Item): SuppressionRecord {
  const suppression = JSON.parse(item['a'] as string) as Omit<SuppressionRecord, 'history'>
  return {
    ...suppression,
    history: JSON.parse(item['h'] as string) as SuppressionRecord['history'],
  }
}
