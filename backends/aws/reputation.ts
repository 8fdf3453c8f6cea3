import { allProjects, isInScope } from '../../mail/email/project.ts'
import { dayMs, hourMs } from '../../mail/email/time.ts'
import type {
  Reputation,
  SenderCount,
  SenderHour,
  Watch,
  WatchLevel,
} from '../../mail/ports/reputation.ts'
import type { Item } from './table/item.ts'
import { absent, type Table } from './table/table.ts'
import { allOf, walk } from './table/walk.ts'

/**
 * How recipients took what was sent: an item for each sender and hour, all below one key, and one for
 * each watch. They are few: a process adds up what it counts, and writes that once in a while.
 */
export function dynamoReputation(table: Table): Reputation {
  return {
    async add(counts) {
      await Promise.all(counts.map((count) => table.update(...additionOf(count))))
    },
    async read(scope, from) {
      const where = { text: 'p = :p AND s >= :s', values: { ':p': hours, ':s': placeOf(from) } }
      const found = (await allOf(walk(table, { where }))).map(hourIn)
      return found.filter(({ project }) => isInScope(project, scope))
    },
    async watches(scope) {
      const isOne = scope !== allProjects
      const where = {
        text: `p = :p${isOne ? ' AND begins_with(s, :s)' : ''}`,
        values: { ':p': watched, ...(isOne && { ':s': `${scope}#` }) },
      }
      return (await allOf(walk(table, { where, consistent: true }))).map(watchIn)
    },
    async watch({ project, domain, level, since, reason, countedFrom }, seen) {
      const item = { p: watched, s: `${project}#${domain}`, v: level, t: since, m: reason }
      const rest = { e: countedFrom, x: endOf(since, 30) }
      const condition =
        seen === undefined ? absent : { text: 't = :seen', values: { ':seen': seen } }
      return (await table.put({ ...item, ...rest }, condition)).applied
    },
  }
}

const hours = 'sender-hours'
const watched = 'sender-watches'

function additionOf({ project, domain, at, sent, bounced, complained }: SenderCount) {
  const key = { p: hours, s: `${placeOf(at)}#${project}#${domain}` }
  const count = {
    ...(sent && { t: sent }),
    ...(bounced && { b: bounced }),
    ...(complained && { c: complained }),
  }
  return [key, { set: { x: endOf(at, 8) }, count }] as const
}

/** Hours since 1970: of six digits until 2084, so that they sort as text. */
function placeOf(time: number): string {
  return String(Math.floor(time / hourMs)).padStart(6, '0')
}

function endOf(time: number, days: number): number {
  return Math.ceil((time + days * dayMs) / 1_000)
}

function hourIn({ s, t = 0, b = 0, c = 0 }: Item): SenderHour {
  const [hour, project, domain] = (s as string).split('#') as [string, string, string]
  const at = Number(hour) * hourMs
  return { project, domain, at, sent: t as number, bounced: b as number, complained: c as number }
}

function watchIn({ s, v, t, m, e }: Item): Watch {
  const [project, domain] = (s as string).split('#') as [string, string]
  return {
    project,
    domain,
    level: v as WatchLevel,
    since: t as number,
    reason: m as string,
    ...(e !== undefined && { countedFrom: e as number }),
  }
}
