import { laneOf } from '../../mail/email/lane.ts'
import { allProjects, type Scope } from '../../mail/email/project.ts'
import type { Stream } from '../../mail/email/stream.ts'
import type { LaneDepth, LaneDepths } from '../../mail/ports/queue.ts'
import type { Store } from './group-commit.ts'

type Sql = Store['sql']

/** Most lanes that are looked at, and of all of them together most jobs: a few 10 ms. */
const mostLanes = 200
const mostCounted = 200_000

/** Of one project most emails, each of which is read. */
const mostRead = 20_000

/** So many of a lane, both those that are next and those that were put off, say how old it is. */
const mostAged = 100

/**
 * What waits by lane, the fullest first.
 *
 * @param rowless the lanes of jobs that were taken as they came, and have no row
 */
export function laneDepths(
  sql: Sql,
  scope: Scope,
  now: number,
  rowless: Iterable<string> = [],
): LaneDepths {
  const withoutRow = [...rowless]
  const sending = lanesIn(sql, 'sending', scope)
  const { lanes, isWhole } = scope === allProjects ? byJobs(sql, now) : byEmails(sql, scope)
  for (const [lane, { count }] of sending) {
    const found = lanes.get(lane) ?? { count, since: now }
    // The job of what is being sent is still there, if it ever was.
    const rows = count - withoutRow.filter((one) => one === lane).length
    const waiting = scope === allProjects ? Math.max(0, found.count - rows) : found.count
    lanes.set(lane, { ...found, count: lanes.has(lane) ? waiting : 0 })
  }
  const all = [...lanes].map(([lane, { count, since }]): LaneDepth => {
    const age = count > 0 ? Math.max(0, now - since) / 1_000 : 0
    return { lane, waiting: count, sending: sending.get(lane)?.count ?? 0, oldestAgeSeconds: age }
  })
  return { lanes: all.sort((one, other) => other.waiting - one.waiting), isWhole }
}

interface Tally {
  readonly count: number
  readonly since: number
}

interface Found {
  readonly lanes: Map<string, Tally>
  readonly isWhole: boolean
}

const waits = `lane = :lane AND (due_at <= :now OR scheduled = 0)`

/** By an index alone, lane by lane: jobs do not say whose they are. */
function byJobs(sql: Sql, now: number): Found {
  const lanes = new Map<string, Tally>()
  let left = mostCounted
  const names = lanesOf(sql)
  for (const lane of names) {
    const text = `SELECT count(*) AS n FROM (SELECT 1 FROM jobs WHERE ${waits} LIMIT :left)`
    const count = sql(text).get({ lane, now, left })!['n'] as number
    left -= count
    if (count > 0) lanes.set(lane, { count, since: oldestIn(sql, lane, now) })
    if (left <= 0) break
  }
  return { lanes, isWhole: left > 0 && names.length < mostLanes }
}

/** From one to the next, however many jobs each has. */
function lanesOf(sql: Sql): string[] {
  const rows = sql(
    `WITH RECURSIVE found (lane) AS (
       SELECT min(lane) FROM jobs
       UNION ALL SELECT (SELECT min(lane) FROM jobs WHERE jobs.lane > found.lane) FROM found
         WHERE found.lane IS NOT NULL LIMIT ?)
     SELECT lane FROM found WHERE lane IS NOT NULL`,
  ).all(mostLanes + 1)
  return rows.map(({ lane }) => lane as string)
}

function oldestIn(sql: Sql, lane: string, now: number): number {
  const oldest = (order: string) =>
    sql(
      `SELECT min(json_extract(job, '$.since')) AS since FROM
         (SELECT job FROM jobs WHERE ${waits} ORDER BY due_at ${order} LIMIT ${mostAged})`,
    ).get({ lane, now })!['since'] as number
  return Math.min(oldest('ASC'), oldest('DESC'))
}

function byEmails(sql: Sql, project: string): Found {
  const lanes = lanesIn(sql, 'queued', project)
  const read = [...lanes.values()].reduce((sum, { count }) => sum + count, 0)
  return { lanes, isWhole: read < mostRead }
}

function lanesIn(sql: Sql, state: string, scope: Scope): Map<string, Tally> {
  const lanes = new Map<string, Tally>()
  const rows = sql(
    `SELECT stream, recipients, since, json_extract(accepted, '$.capture') AS capture FROM emails
     WHERE state = :state AND (:scope = '${allProjects}' OR project = :scope) LIMIT ${mostRead}`,
  ).all({ state, scope })
  for (const row of rows) {
    const lane = laneOf({
      stream: row['stream'] as Stream,
      capture: row['capture'] === 1,
      recipients: JSON.parse(row['recipients'] as string) as { address: string; state: 'queued' }[],
    })
    const { count, since } = lanes.get(lane) ?? { count: 0, since: Infinity }
    lanes.set(lane, { count: count + 1, since: Math.min(since, row['since'] as number) })
  }
  return lanes
}
