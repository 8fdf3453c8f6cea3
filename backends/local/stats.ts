import type { HourOfStats, Stats } from '../../mail/ports/stats.ts'
import { countedEvents } from '../../mail/email/event.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import { hourMs } from '../../mail/email/time.ts'

/**
 * How many emails settled and what was told, from one row for each hour and kind that triggers keep up
 * to date: as fast with a million emails as with one, and true of emails that have been removed since.
 */
export function sqliteStats({ sql }: Store): Stats {
  const settledText = `SELECT hour, state AS kind, sum(emails) AS n FROM settled_hours
    WHERE hour BETWEEN ? AND ? AND emails > 0 AND ${inScope} GROUP BY hour, kind`
  const toldText = `SELECT hour, type AS kind, sum(events) AS n FROM told_hours
    WHERE hour BETWEEN ? AND ? AND type IN (${countedList}) AND ${inScope} GROUP BY hour, kind`
  return {
    async read(scope, from, to) {
      const hours = new Map<number, { settled: Counts; told: Counts }>()
      for (const [name, text] of [
        ['settled', settledText],
        ['told', toldText],
      ] as const)
        for (const { hour, kind, n } of sql(text).all(hourOf(from), hourOf(to), scope, scope)) {
          const counted = hours.get(hour as number) ?? { settled: {}, told: {} }
          counted[name][kind as string] = n as number
          hours.set(hour as number, counted)
        }
      return [...hours]
        .sort(([one], [other]) => one - other)
        .map(([hour, counted]): HourOfStats => ({ at: hour * hourMs, ...counted }))
    },
  }
}

type Counts = Record<string, number>

const countedList = countedEvents.map((type) => `'${type}'`).join()

/** Removes the hours that can no longer be asked for. */
export async function forgetHours({ sql, write }: Store, now: number): Promise<void> {
  const before = hourOf(now) - hoursKept
  await write(() => {
    sql('DELETE FROM settled_hours WHERE hour < ?').run(before)
    sql('DELETE FROM told_hours WHERE hour < ?').run(before)
  })
}

/** Three times what the API shows at most. */
const hoursKept = 90 * 24

function hourOf(time: number): number {
  return Math.floor(time / hourMs)
}
