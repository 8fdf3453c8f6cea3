import { json, type AwsService } from './aws-front.ts'

/** Metrics as CloudWatch sums them up: emulators know none of those that functions write to a log. */
interface FakeCloudWatch {
  readonly service: AwsService
  /** A value that was written. */
  put(metric: FakeMetric, at: number, value: number): void
}

interface FakeMetric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

interface Query {
  readonly Id: string
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string
      readonly MetricName: string
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[]
    }
    /** In seconds, as all times here. */
    readonly Period: number
    readonly Stat: 'Sum'
  }
}

export function fakeCloudWatch(): FakeCloudWatch {
  const values: { key: string; at: number; value: number }[] = []

  function sums({ Id, MetricStat }: Query, start: number, end: number) {
    const { Metric, Period } = MetricStat
    const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]))
    const key = keyOf({ namespace: Metric.Namespace, name: Metric.MetricName, dimensions })
    const periods = new Map<number, number>()
    for (const { key: own, at, value } of values) {
      if (own !== key || at < start || at >= end) continue
      const period = Math.floor(at / Period) * Period
      periods.set(period, (periods.get(period) ?? 0) + value)
    }
    // Newest first, as CloudWatch answers unless asked otherwise.
    const sorted = [...periods].sort(([a], [b]) => b - a)
    return { Id, Timestamps: sorted.map(([at]) => at), Values: sorted.map(([, sum]) => sum) }
  }

  return {
    service({ service, operation, input }) {
      if (service !== 'monitoring' || operation !== 'GetMetricData') return undefined
      const { MetricDataQueries, StartTime, EndTime } = input as unknown as {
        MetricDataQueries: readonly Query[]
        StartTime: number
        EndTime: number
      }
      const results = MetricDataQueries.map((query) => sums(query, StartTime, EndTime))
      return json({ MetricDataResults: results, Messages: [] })
    },
    put: (metric, at, value) => values.push({ key: keyOf(metric), at: at / 1_000, value }),
  }
}

function keyOf({ namespace, name, dimensions }: FakeMetric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()])
}
