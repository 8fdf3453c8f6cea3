import type { HourOfStats, Stats } from '../../mail/ports/stats.ts'
import type { EmailState } from '../../mail/email/states.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import { hourMs } from '../../mail/email/time.ts'

/**
 * How many emails settled, from one row for each hour and state that triggers keep up to date: as
 * fast with a million emails as with one, and true of emails that have been removed since.
 */
export function sqliteStats({ sql }: Store): Stats {
  const text = `SELECT hour, state, sum(emails) AS emails FROM settled_hours
    WHERE hour BETWEEN ? AND ? AND emails > 0 AND ${inScope} GROUP BY hour, state ORDER BY hour`
  return {
    async read(scope, from, to) {
      const hours = new Map<number, Record<string, number>>()
      for (const row of sql(text).all(hourOf(from), hourOf(to), scope, scope)) {
        const at = (row['hour'] as number) * hourMs
        const settled = hours.get(at) ?? {}
        settled[row['state'] as EmailState] = row['emails'] as number
        hours.set(at, settled)
      }
      return [...hours].map(([at, settled]): HourOfStats => ({ at, settled }))
    },
  }
}

/** Removes the hours that can no longer be asked for. */
export async function forgetHours({ sql, write }: Store, now: number): Promise<void> {
  await write(() => sql('DELETE FROM settled_hours WHERE hour < ?').run(hourOf(now) - hoursKept))
}

/** Three times what the API shows at most. */
const hoursKept = 90 * 24

function hourOf(time: number): number {
  return Math.floor(time / hourMs)
}
