import type { Metrics } from '@aws-lambda-powertools/metrics'

type MetricUnit = 'Count' | 'Seconds'

/** Counts of one invocation, written at its end: a line per batch costs less than one per email. */
export interface Tally {
  count(name: string, dimensions?: Readonly<Record<string, string>>): void
  /** Keeps the highest. */
  highest(name: string, seconds: number): void
  /** Writes what was counted, in CloudWatch's embedded metric format, and starts from nothing. */
  write(): void
}

export function tally(metrics: Metrics): Tally {
  const counted = new Map<string, Counted>()

  function entry(name: string, unit: MetricUnit, dimensions: Counted['dimensions']): Counted {
    const key = JSON.stringify([name, dimensions])
    const there = counted.get(key) ?? { name, unit, dimensions, value: 0 }
    counted.set(key, there)
    return there
  }

  return {
    count(name, dimensions = {}) {
      entry(name, 'Count', dimensions).value += 1
    },
    highest(name, seconds) {
      const there = entry(name, 'Seconds', {})
      there.value = Math.max(there.value, seconds)
    },
    write() {
      for (const { name, unit, dimensions, value } of counted.values()) {
        // Dimensions belong to a whole line: metrics that differ in them need one each.
        if (Object.keys(dimensions).length > 0) metrics.addDimensions({ ...dimensions })
        metrics.addMetric(name, unit, value)
        metrics.publishStoredMetrics()
      }
      counted.clear()
    },
  }
}

interface Counted {
  readonly name: string
  readonly unit: MetricUnit
  readonly dimensions: Readonly<Record<string, string>>
  value: number
}
