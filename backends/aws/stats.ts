import type { CloudWatchClient, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { HourOfStats, Stats } from '../../mail/ports/stats.ts'
import { emailStates, isSettled, type EmailState } from '../../mail/email/states.ts'
import { metricNames, metricService } from './env.ts'
import { hourMs } from '../../mail/email/time.ts'

const states = emailStates.filter(isSettled)

/** What the send function counted in CloudWatch, which keeps it for 15 months. */
export function cloudWatchStats(
  cloudWatch: () => Promise<CloudWatchClient>,
  namespace: string,
): Stats {
  return {
    async read(from, to) {
      const hours = new Map<number, Partial<Record<EmailState, number>>>()
      const { paginateGetMetricData } = await import('@aws-sdk/client-cloudwatch')
      const pages = paginateGetMetricData(
        { client: await cloudWatch() },
        {
          StartTime: new Date(startOf(from)),
          EndTime: new Date(startOf(to) + hourMs),
          MetricDataQueries: states.map((state) => queryOf(state, namespace)),
        },
      )
      for await (const { MetricDataResults = [] } of pages)
        for (const { Id, Timestamps = [], Values = [] } of MetricDataResults)
          Timestamps.forEach((time, i) => {
            if (Values[i]) add(hours, time.getTime(), Id as EmailState, Values[i])
          })
      return [...hours].map(hourOf).sort((a, b) => a.at - b.at)
    },
  }
}

/** The ids of queries begin with a lower-case letter, as states do. */
function queryOf(state: EmailState, Namespace: string): MetricDataQuery {
  const Dimensions = [
    { Name: 'service', Value: metricService },
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
  return { at, settled }
}

function startOf(time: number): number {
  return Math.floor(time / hourMs) * hourMs
}
