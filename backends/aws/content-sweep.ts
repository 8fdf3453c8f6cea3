import { contentKey } from '../../mail/content.ts'
import { createdAtOf } from '../../mail/email/id.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Bucket } from './bucket.ts'
import { emailKey, isOver, settledAtOf } from './email-items.ts'
import { isLive } from './table/live.ts'
import type { Item } from './table/item.ts'
import type { Table } from './table/table.ts'

export interface ContentSweepParts {
  readonly table: Table
  readonly bucket: Bucket
  readonly clock: Clock
}

/**
 * Removes the contents whose time is over, oldest first; the number removed.
 *
 * @param keepContentDays how long the content of an email is kept that needs nothing else
 * @param stopping when it aborts, the next sweep goes on where this one ended
 */
export type SweepContents = (keepContentDays: number, stopping: AbortSignal) => Promise<number>

/** A content without a record this old was left by a crash, or outlived its record. */
const orphanMs = 3 * dayMs

const prefix = contentKey('')

/** Where the last sweep ended, unless it came to the end. */
const place = { p: 'sweep', s: 'contents' }

/**
 * No lifecycle rule can do this: a held email may wait for its content longer than any number of
 * days, and a failed one has it for as long as its record.
 */
export function contentSweep({ table, bucket, clock }: ContentSweepParts): SweepContents {
  async function sweepSome(keys: readonly string[], keepMs: number): Promise<number> {
    const ids = keys.map((key) => key.slice(prefix.length))
    const now = clock.now()
    const items = (await table.getAll(ids.map(emailKey))).filter((item) => isLive(item, now))
    const records = new Map(items.map((item) => [item['p'] as string, item]))
    const over = ids.filter((id) => isPast(id, records.get(emailKey(id).p), { now, keepMs }))
    await Promise.all(over.map((id) => bucket.remove(contentKey(id))))
    return over.length
  }

  return async (keepContentDays, stopping) => {
    const keepMs = keepContentDays * dayMs
    let after = (await table.get(place))?.['m'] as string | undefined
    let removed = 0
    for (;;) {
      const keys = await bucket.list(prefix, after)
      removed += await sweepSome(keys, keepMs)
      after = keys.at(-1)
      if (after === undefined || stopping.aborted) break
    }
    await table.put({ ...place, m: after })
    return removed
  }
}

function isPast(
  id: string,
  record: Item | undefined,
  { now, keepMs }: { readonly now: number; readonly keepMs: number },
): boolean {
  if (!record) return createdAtOf(id) < now - orphanMs
  return isOver(record) && settledAtOf(record) + keepMs <= now
}
