import type { Event } from '../../mail/ports/events.ts'
import type { Item } from './table/item.ts'
import type { Table } from './table/table.ts'

type Tell = (events: readonly Event[]) => Promise<void>

/**
 * Events that stand in the item of the change they tell of, written with it, until they are told. Should
 * the process die in between, who reads the item next tells them. It costs a write for each such
 * change; none of these comes with an email.
 */
export interface Untold {
  /** What an item has to say of it. */
  readonly noteOf: (events: readonly Event[]) => Item
  /** Tells what an item still has to tell. */
  readonly settle: (item: Item) => Promise<void>
}

export function untold(table: Table, tell: Tell): Untold {
  return {
    noteOf: (events) => (events.length > 0 ? { z: JSON.stringify(events) } : {}),
    async settle({ p, s, z }) {
      if (z === undefined) return
      await tell(JSON.parse(z as string) as Event[])
      const same = { text: 'z = :z', values: { ':z': z } }
      await table.update({ p: p as string, s: s as string }, { set: { z: undefined } }, same)
    },
  }
}
