import { setImmediate } from 'node:timers/promises'
import type { Store } from './group-commit.ts'
import type { Row } from './pages.ts'

/** Rows that one commit removes or looks at: a few milliseconds, then others have their turn. */
export const batch = 200

export interface OldRows {
  /** Rows with `at` and `row`, by which they are in order: bound are the latest `at`, and the place. */
  readonly select: string
  readonly until: number
  /** Whether it is old enough: some are kept longer. */
  readonly isOver: (row: Row) => boolean
  readonly remove: (row: Row) => void
}

/** Removes rows by their age, the oldest first; the number removed. */
export async function removeOld({ sql, write }: Store, old: OldRows): Promise<number> {
  const { select, until, isOver, remove } = old
  let place = [-1, -1]
  let removed = 0
  await inBatches(async () => {
    const rows = await write(() => {
      const rows = sql(select).all(until, ...place, batch)
      const over = rows.filter(isOver)
      over.forEach(remove)
      removed += over.length
      return rows
    })
    const last = rows.at(-1)
    if (last) place = [last['at'] as number, last['row'] as number]
    return rows.length
  })
  return removed
}

/** Repeats a step until it met less than a whole batch; the number it met in all. */
export async function inBatches(step: () => Promise<number>): Promise<number> {
  for (let total = 0; ;) {
    const met = await step()
    total += met
    if (met < batch) return total
    // Perhaps nothing was written, and then no one else has had a turn.
    await setImmediate()
  }
}
