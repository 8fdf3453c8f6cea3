import type { CloudWatchClient, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { allProjects, defaultProject } from '../../mail/email/project.ts'
import { countedEvents } from '../../mail/email/event.ts'
import type { Stats } from '../../mail/ports/stats.ts'
import { emailStates, isSettled } from '../../mail/email/states.ts'
import { metricService } from './env.ts'
import { metricNames } from '../../mail/email/metric-names.ts'
import { hourMs } from '../../mail/email/time.ts'

/** What is counted, by the metric and the name of the dimension that tells kinds apart. */
const counted = {
  settled: { metric: metricNames.settled, by: 'State', kinds: emailStates.filter(isSettled) },
  told: { metric: metricNames.told, by: 'Event', kinds: countedEvents },
} as const

type Counted = keyof typeof counted

/** What the functions counted in CloudWatch, which keeps it for 15 months. */
export function cloudWatchStats({ cloudWatch, namespace, projects }: StatsParts): Stats {
  async function count(from: number, to: number, project?: string): Promise<Hours> {
    const hours: Hours = new Map()
    const { paginateGetMetricData } = await import('@aws-sdk/client-cloudwatch')
    const pages = paginateGetMetricData(
      { client: await cloudWatch() },
      {
        StartTime: new Date(startOf(from)),
        EndTime: new Date(startOf(to) + hourMs),
        MetricDataQueries: queriesOf(namespace, project),
      },
    )
    for await (const { MetricDataResults = [] } of pages)
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults)
        Timestamps.forEach((time, i) => add(hours, time.getTime(), kindOf(Id), Values[i] ?? 0))
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
      for (const [time, { settled, told }] of other) {
        for (const [name, n] of Object.entries(settled)) add(all, time, ['settled', name], -n)
        for (const [name, n] of Object.entries(told)) add(all, time, ['told', name], -n)
      }
    return all
  }

  return {
    async read(scope, from, to) {
      const hours =
        scope === defaultProject
          ? await countDefault(from, to)
          : await count(from, to, scope === allProjects ? undefined : scope)
      return [...hours]
        .map(([at, { settled, told }]) => ({
          at,
          settled: positive(settled),
          told: positive(told),
        }))
        .filter(({ settled, told }) => Object.keys({ ...settled, ...told }).length > 0)
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

function queriesOf(Namespace: string, project?: string): MetricDataQuery[] {
  const of = project === undefined ? [] : [{ Name: 'Project', Value: project }]
  return Object.entries(counted).flatMap(([name, { metric: MetricName, by, kinds }]) =>
    kinds.map((kind, place) => {
      const Dimensions = [
        { Name: 'service', Value: metricService },
        ...of,
        { Name: by, Value: kind },
      ]
      const Metric = { Namespace, MetricName, Dimensions }
      // Begins with a lower-case letter and has no dots, as an id of a query must.
      const Id = `${name}_${place}`
      return { Id, MetricStat: { Metric, Period: hourMs / 1_000, Stat: 'Sum' } }
    }),
  )
}

/** What a query asked for. */
function kindOf(id: string): Kind {
  const [name, place] = id.split('_') as [Counted, string]
  return [name, counted[name].kinds[Number(place)]!]
}

type Kind = readonly [Counted, string]
type Hours = Map<number, Record<Counted, Readonly<Record<string, number>>>>

function add(hours: Hours, time: number, [name, kind]: Kind, count: number) {
  const at = startOf(time)
  const before = hours.get(at) ?? { settled: {}, told: {} }
  const counts = { ...before[name], [kind]: (before[name][kind] ?? 0) + count }
  hours.set(at, { ...before, [name]: counts })
}

function positive(counts: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0))
}

function startOf(time: number): number {
  return Math.floor(time / hourMs) * hourMs
}
