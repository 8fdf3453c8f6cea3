import type { Item } from './item.ts'
import type { Table, TableQuery } from './table.ts'

/** Everything that a query finds, page by page as it is asked for. */
export async function* walk(table: Table, query: TableQuery): AsyncGenerator<Item, void> {
  let from = query.from
  do {
    const page = await table.query({ ...query, from })
    yield* page.items
    from = page.next
  } while (from)
}

/** What `Array.fromAsync` makes, which the Node 20 of `postern --stack` lacks. */
export async function allOf<Value>(sequence: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = []
  for await (const one of sequence) all.push(one)
  return all
}

/** How many a query finds, up to `most`: what is counted is read, and paid for. */
export async function countOf(table: Table, query: TableQuery, most: number): Promise<number> {
  let from = query.from
  let count = 0
  do {
    const page = await table.query({ ...query, from, countOnly: true, limit: most - count })
    count += page.count
    from = page.next
  } while (from && count < most)
  return count
}
