import type { CloudWatchClient, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { allProjects, defaultProject } from '../../mail/email/project.ts'
import type { HourOfStats, Stats } from '../../mail/ports/stats.ts'
import { emailStates, isSettled, type EmailState } from '../../mail/email/states.ts'
import { metricNames, metricService } from './env.ts'
import { hourMs } from '../../mail/email/time.ts'

const states = emailStates.filter(isSettled)

/** What the send function counted in CloudWatch, which keeps it for 15 months. */
export function cloudWatchStats({ cloudWatch, namespace, projects }: StatsParts): Stats {
  async function count(from: number, to: number, project?: string): Promise<Hours> {
    const hours: Hours = new Map()
    const { paginateGetMetricData } = await import('@aws-sdk/client-cloudwatch')
    const pages = paginateGetMetricData(
      { client: await cloudWatch() },
      {
        StartTime: new Date(startOf(from)),
        EndTime: new Date(startOf(to) + hourMs),
        MetricDataQueries: states.map((state) => queryOf(state, namespace, project)),
      },
    )
    for await (const { MetricDataResults = [] } of pages)
      for (const { Id, Timestamps = [], Values = [] } of MetricDataResults)
        Timestamps.forEach((time, i) => {
          if (Values[i]) add(hours, time.getTime(), Id as EmailState, Values[i])
        })
    return hours
  }

  /** All but the others: `default` has no metrics of its own, which would be paid for. */
  async function countDefault(from: number, to: number): Promise<Hours> {
    const others = (await projects()).filter((project) => project !== defaultProject)
    const [all, ...rest] = await Promise.all([
      count(from, to),
      ...others.map((project) => count(from, to, project)),
    ])
    for (const other of rest)
      for (const [time, settled] of other)
        for (const [state, emails] of Object.entries(settled))
          add(all, time, state as EmailState, -emails)
    return all
  }

  return {
    async read(scope, from, to) {
      const hours =
        scope === defaultProject
          ? await countDefault(from, to)
          : await count(from, to, scope === allProjects ? undefined : scope)
      return [...hours]
        .map(hourOf)
        .filter(isSome)
        .sort((a, b) => a.at - b.at)
    },
  }
}

interface StatsParts {
  readonly cloudWatch: () => Promise<CloudWatchClient>
  readonly namespace: string
  /** All that ever had an email. */
  readonly projects: () => Promise<readonly string[]>
}

/** The ids of queries begin with a lower-case letter, as states do. */
function queryOf(state: EmailState, Namespace: string, project?: string): MetricDataQuery {
  const Dimensions = [
    { Name: 'service', Value: metricService },
    ...(project === undefined ? [] : [{ Name: 'Project', Value: project }]),
    { Name: 'State', Value: state },
  ]
  const Metric = { Namespace, MetricName: metricNames.settled, Dimensions }
  return { Id: state, MetricStat: { Metric, Period: hourMs / 1_000, Stat: 'Sum' } }
}

type Hours = Map<number, Partial<Record<EmailState, number>>>

function add(hours: Hours, time: number, state: EmailState, count: number) {
  const at = startOf(time)
  const settled = hours.get(at) ?? {}
  hours.set(at, { ...settled, [state]: (settled[state] ?? 0) + count })
}

function hourOf([at, settled]: [number, HourOfStats['settled']]): HourOfStats {
  const some = Object.entries(settled).filter(([, emails]) => emails > 0)
  return { at, settled: Object.fromEntries(some) }
}

function isSome({ settled }: HourOfStats): boolean {
  return Object.keys(settled).length > 0
}

function startOf(time: number): number {
  return Math.floor(time / hourMs) * hourMs
}
