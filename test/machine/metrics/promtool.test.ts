import { describe, expect, it, onTestFinished } from 'vitest'
import { startHere } from '../../cli/run-command.ts'
import { hasPromtool, promtool } from './promtool.ts'

describe.skipIf(!hasPromtool)('promtool', () => {
  it('has nothing to say against the metrics', async () => {
    const postern = await startHere({ env: { POSTERN_METRICS_PORT: '0' } })
    onTestFinished(() => postern.stop())
    const text = await (await fetch(postern.metricsUrl!)).text()
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, said: '' })
    const wrong = 'a_total 1\n# TYPE b_total gauge\nb_total 1\n'
    expect(promtool(['check', 'metrics'], wrong).status).toBe(3)
  })

  it('takes the alerts, and they go off in their cases, and only there', () => {
    expect(promtool(['check', 'rules', 'docs/monitoring/alerts.yml'])).toMatchObject({ status: 0 })
    const cases = promtool(['test', 'rules', 'docs/monitoring/alerts.test.yml'])
    expect(cases, cases.said).toMatchObject({ status: 0 })
  })
})
