import type { Item, Key } from './item.ts'
import type { Table } from './table.ts'

/** DynamoDB may remove an item two days after its time; from its time on it no longer counts. */
export function isLive(item: Item, now: number): boolean {
  return item['x'] === undefined || (item['x'] as number) * 1_000 > now
}

/** How things of one kind are kept as items. */
interface ItemKind<Found> {
  readonly keyOf: (id: string) => Key
  readonly read: (item: Item) => Found
}

/** What these ids stand for, in their order; those that are gone are left out. */
export async function allLive<Found extends { readonly id: string }>(
  table: Table,
  now: number,
  ids: readonly string[],
  { keyOf, read }: ItemKind<Found>,
): Promise<Found[]> {
  const items = await table.getAll(ids.map(keyOf))
  const found = items.filter((item) => isLive(item, now)).map(read)
  const live = new Map(found.map((one) => [one.id, one]))
  return ids.flatMap((id) => live.get(id) ?? [])
}
