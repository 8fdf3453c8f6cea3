import type { Metrics } from '@aws-lambda-powertools/metrics'

type MetricUnit = 'Count' | 'Seconds'

type Dimensions = Readonly<Record<string, string>>

/** Counts of one invocation, written at its end: a line per batch costs less than one per email. */
export interface Tally {
  count(name: string, dimensions?: Dimensions): void
  /** Keeps the highest. */
  highest(name: string, value: number, unit?: MetricUnit): void
  /** Writes what was counted, in CloudWatch's embedded metric format, and starts from nothing. */
  write(): void
}

export function tally(metrics: Metrics): Tally {
  const lines = new Map<string, Line>()

  function entry(name: string, unit: MetricUnit, dimensions: Dimensions): Counted {
    const key = JSON.stringify(dimensions)
    const line = lines.get(key) ?? { dimensions, counted: new Map<string, Counted>() }
    lines.set(key, line)
    const there = line.counted.get(name) ?? { unit, value: 0 }
    line.counted.set(name, there)
    return there
  }

  return {
    count(name, dimensions = {}) {
      entry(name, 'Count', dimensions).value += 1
    },
    highest(name, value, unit = 'Seconds') {
      const there = entry(name, unit, {})
      there.value = Math.max(there.value, value)
    },
    write() {
      // Dimensions belong to a whole line: metrics that differ in them need one each.
      for (const { dimensions, counted } of lines.values()) {
        if (Object.keys(dimensions).length > 0) metrics.addDimensions({ ...dimensions })
        for (const [name, { unit, value }] of counted) metrics.addMetric(name, unit, value)
        metrics.publishStoredMetrics()
      }
      lines.clear()
    },
  }
}

interface Line {
  readonly dimensions: Dimensions
  readonly counted: Map<string, Counted>
}

interface Counted {
  readonly unit: MetricUnit
  value: number
}
