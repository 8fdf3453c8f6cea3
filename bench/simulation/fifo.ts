/** First in, first out, also with a million in it: an array would move all of them each time. */
export interface Fifo<Item> {
  push(item: Item): void
  shift(): Item | undefined
  peek(): Item | undefined
  readonly size: number
}

export function fifo<Item>(): Fifo<Item> {
  let items: Item[] = []
  let first = 0
  return {
    push: (item) => void items.push(item),
    shift() {
      const item = items[first]
      if (item === undefined) return undefined
      first += 1
      if (first > 10_000 && first * 2 > items.length) {
        items = items.slice(first)
        first = 0
      }
      return item
    },
    peek: () => items[first],
    get size() {
      return items.length - first
    },
  }
}
