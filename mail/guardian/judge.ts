import { hourMs } from '../email/time.ts'
import type { SenderHour, SenderName, SenderTally, Watch, WatchLevel } from '../ports/reputation.ts'
import type { GuardianSettings } from '../settings/guardian.ts'

/** How a sender stands, and by which numbers. */
export interface Judged extends SenderName, SenderTally {
  readonly level: WatchLevel
  /** Which rate made it so; empty while it is well. */
  readonly reason: string
}

interface Facts {
  readonly hours: readonly SenderHour[]
  readonly watches: readonly Watch[]
  readonly limits: GuardianSettings
  readonly now: number
}

/** Every sender of whom anything is known, by what it sent within the window. */
export function judge({ hours, watches, limits, now }: Facts): Judged[] {
  const known = new Map(watches.map((watch) => [keyOf(watch), watch]))
  const tallies = new Map(watches.map((watch) => [keyOf(watch), noneOf(watch)]))
  for (const hour of hours) {
    const key = keyOf(hour)
    const { countedFrom = 0 } = known.get(key) ?? {}
    const tally = tallies.get(key) ?? noneOf(hour)
    const isWithin = hour.at >= Math.max(startOf(now, limits), countedFrom)
    tallies.set(key, isWithin ? sum(tally, hour) : tally)
  }
  return [...tallies.values()].map((tally) => ({
    ...tally,
    ...verdictOf(tally, limits, known.get(keyOf(tally))?.level),
  }))
}

/** What is new: the watches that take the place of those there were. */
export function changesOf(facts: Facts): Watch[] {
  const known = new Map(facts.watches.map((watch) => [keyOf(watch), watch]))
  return judge(facts).flatMap(({ project, domain, level, reason }): Watch[] => {
    const { level: before = 'well', countedFrom } = known.get(keyOf({ project, domain })) ?? {}
    if (level === before) return []
    const from = countedFrom === undefined ? {} : { countedFrom }
    return [{ project, domain, level, since: facts.now, reason, ...from }]
  })
}

/** Where the window begins: with a whole hour, the one that is half gone left out. */
export function startOf(now: number, { windowHours }: GuardianSettings): number {
  return Math.ceil((now - windowHours * hourMs) / hourMs) * hourMs
}

/** One spelling of a sender; no project and no domain has a `#`. */
export function keyOf({ project, domain }: SenderName): string {
  return `${project}#${domain}`
}

/** Of so few complaints one may be a slip: in 500 recipients a single one is above every limit. */
const leastComplaints = 3

function verdictOf(
  { sent, bounced, complained }: SenderTally,
  limits: GuardianSettings,
  before: WatchLevel = 'well',
): Pick<Judged, 'level' | 'reason'> {
  // What came back was sent, though the process may have died that had counted it.
  const recipients = Math.max(sent, bounced, complained)
  if (recipients < limits.leastRecipients) return { level: 'well', reason: '' }
  const complaints = complained < leastComplaints ? 0 : complained
  const rates = [
    { what: 'bounced', percent: (100 * bounced) / recipients, ...limits.bounces },
    { what: 'complained', percent: (100 * complaints) / recipients, ...limits.complaints },
  ]
  const told = (names: readonly string[]) =>
    rates
      .filter(({ what }) => names.includes(what))
      .map(({ what, percent }) => `${Number(percent.toFixed(3))} % of ${recipients} ${what}`)
      .join(', ')
  const above = (limit: 'warnPercent' | 'holdPercent') =>
    rates.filter((rate) => rate.percent >= (rate[limit] ?? Infinity)).map(({ what }) => what)
  const [warned, held] = [above('warnPercent'), above('holdPercent')]
  if (held.length > 0) return { level: 'held', reason: told(held) }
  if (warned.length === 0) return { level: 'well', reason: '' }
  // A held one goes on only once nothing is left to warn of: else it would come and go.
  return { level: before === 'held' ? 'held' : 'warned', reason: told(warned) }
}

function noneOf({ project, domain }: SenderName) {
  return { project, domain, sent: 0, bounced: 0, complained: 0 }
}

function sum<Tally extends SenderTally>(tally: Tally, more: SenderTally): Tally {
  return {
    ...tally,
    sent: tally.sent + more.sent,
    bounced: tally.bounced + more.bounced,
    complained: tally.complained + more.complained,
  }
}
