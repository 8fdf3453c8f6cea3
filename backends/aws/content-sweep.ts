import { contentKey } from '../../mail/content.ts'
import { createdAtOf } from '../../mail/email/id.ts'
import { dayMs } from '../../mail/email/time.ts'
import { contentDaysOf, leastCaptureDays, type KeptFor } from '../../mail/settings/kept-for.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Bucket } from './bucket.ts'
import { emailKey, emailOf, isOver, settledAtOf } from './email-items.ts'
import { captureIdIn, captureKey } from './capture-items.ts'
import { bucketShape } from './env.ts'
import { isLive } from './table/live.ts'
import type { Item } from './table/item.ts'
import type { Table } from './table/table.ts'

export interface ContentSweepParts {
  readonly table: Table
  readonly bucket: Bucket
  readonly clock: Clock
  /** As deployed. */
  readonly keepDays: number
}

/**
 * Removes the contents whose time is over, oldest first, and the bytes of captures that are listed no
 * longer; the number removed.
 *
 * @param settings say how long the content of an email is kept that needs nothing else
 * @param stopping when it aborts, the next sweep goes on where this one ended
 */
export type SweepContents = (settings: KeptFor, stopping: AbortSignal) => Promise<number>

/** A content without a record this old was left by a crash, or outlived its record. */
const orphanMs = 3 * dayMs

const prefix = contentKey('')

const captured = bucketShape.captures.prefix

/** Where the last sweep ended, unless it came to the end. */
const place = { p: 'sweep', s: 'contents' }

/**
 * No lifecycle rule can do this: a held email may wait for its content longer than any number of
 * days, and a failed one has it for as long as its record.
 */
export function contentSweep({ table, bucket, clock, keepDays }: ContentSweepParts): SweepContents {
  async function sweepSome(keys: readonly string[], settings: KeptFor): Promise<number> {
    const ids = keys.map((key) => key.slice(prefix.length))
    const now = clock.now()
    const items = (await table.getAll(ids.map(emailKey))).filter((item) => isLive(item, now))
    const records = new Map(items.map((item) => [item['p'] as string, item]))
    const over = ids.filter((id) => isPast(id, records.get(emailKey(id).p), { now, settings }))
    await Promise.all(over.map((id) => bucket.remove(contentKey(id))))
    return over.length
  }

  /** A capture that is being added has its bytes first: what is young is left. */
  async function sweepCaptured(stopping: AbortSignal): Promise<number> {
    let after: string | undefined
    let removed = 0
    do {
      const page = await bucket.listOlder(captured, clock.now() - dayMs, after)
      const items = await table.getAll(page.keys.map((key) => captureKey(captureIdIn(key))))
      const live = new Set(items.filter((item) => isLive(item, clock.now())).map(({ p }) => p))
      const gone = page.keys.filter((key) => !live.has(captureKey(captureIdIn(key)).p))
      await Promise.all(gone.map((key) => bucket.remove(key)))
      removed += gone.length
      after = page.last
    } while (after !== undefined && !stopping.aborted)
    return removed
  }

  return async (settings, stopping) => {
    let after = (await table.get(place))?.['m'] as string | undefined
    let removed = 0
    for (;;) {
      const keys = await bucket.list(prefix, after)
      removed += await sweepSome(keys, settings)
      after = keys.at(-1)
      if (after === undefined || stopping.aborted) break
    }
    await table.put({ ...place, m: after })
    // Else a rule of the bucket removes them with their items.
    const isShorter = leastCaptureDays(settings, keepDays)! < keepDays
    return removed + (isShorter ? await sweepCaptured(stopping) : 0)
  }
}

function isPast(
  id: string,
  record: Item | undefined,
  { now, settings }: { readonly now: number; readonly settings: KeptFor },
): boolean {
  if (!record) return createdAtOf(id) < now - orphanMs
  const keepMs = contentDaysOf(settings, emailOf(record).project) * dayMs
  return isOver(record) && settledAtOf(record) + keepMs <= now
}
