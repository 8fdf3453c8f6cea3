import { describe, expect, it } from 'vitest'
import { factsOf, type Template } from '../../bench/deployed.ts'
import { monthlyLines } from '../../bench/monthly-cost.ts'
import { production, templateOf } from '../lib/synthesized.ts'

const factsWith = (context: object = {}) =>
  factsOf(templateOf({ ...production, ...context }).template.toJSON() as unknown as Template)

const total = (context: object) =>
  monthlyLines(factsWith(context)).reduce((sum, [, price]) => sum + price, 0)

describe('what a deployment costs', () => {
  it('counts what is in the template: memory, the metrics of alarms, dashboard and key', () => {
    const usual = factsWith()
    expect(usual).toMatchObject({
      memory: { api: 0.5, send: 0.5, notify: 0.25 },
      ...{ dashboards: 1, keys: 1, queues: 3 },
    })
    expect(factsWith({ memory: '{"send":1024}' }).memory.send).toBe(1)
    // A math alarm looks at two.
    const without = factsWith({ alarms: '{"Stalled":false,"Held":false}' })
    expect(without.alarmMetrics).toBe(usual.alarmMetrics - 3)
    expect(usual.accessLineBytes).toBe(161)
  }, 120_000)

  it('is less without alarms and dashboard', () => {
    expect(total({ alarms: false, dashboard: false })).toBeLessThan(total({}) - 4)
  }, 120_000)
})
