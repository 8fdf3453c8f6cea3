import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { anchorOf } from '../../lib/alarms.ts'
import { production, templateOf } from './synthesized.ts'

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8')

describe('alarms', () => {
  let made: ReturnType<typeof templateOf>
  beforeAll(() => {
    made = templateOf({ ...production, alarmEmail: 'ops@example.com' })
  }, 60_000)

  const alarms = () => made.all('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties)

  it('tell of dead letters, age, engines, settings, errors, throttles, bounces and complaints', () => {
    const anchors = alarms().map(
      (alarm) => /#([a-z-]+)$/.exec(String(alarm['AlarmDescription']))![1],
    )
    expect(anchors).toEqual(
      expect.arrayContaining([
        'dead-letters',
        'oldest-age',
        'first-attempt',
        'in-flight',
        'engine-blocked',
        'settings-broken',
        'send-errors',
        'send-throttles',
        'api-errors',
        'api-throttles',
        'bounce-rate',
        'complaint-rate',
      ]),
    )
  })

  it('each have an entry in the runbook: what it means, how to look, what to do', () => {
    const entries = new Map(
      runbook
        .split(/^## /m)
        .slice(1)
        .map((text) => [anchorOf(text.split('\n')[0]!.replaceAll(' ', '-')), text]),
    )
    expect(alarms().length).toBeGreaterThan(0)
    for (const alarm of alarms()) {
      const [, anchor] = /docs\/runbook\.md#([a-z-]+)$/.exec(String(alarm['AlarmDescription']))!
      const entry = entries.get(anchor!)
      for (const part of ['Description', 'Investigation', 'Resolution'])
        expect(entry, `${anchor} in docs/runbook.md`).toContain(`**${part}.**`)
    }
  })

  it('are silent while there is nothing to measure, and tell one address of all of them', () => {
    for (const alarm of alarms()) {
      expect(alarm['TreatMissingData']).toBe('notBreaching')
      expect(alarm['AlarmActions']).toHaveLength(1)
    }
    expect(made.one('AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    })
  })

  it('stand where there is no address to tell, too', () => {
    const silent = templateOf()
    expect(silent.all('AWS::CloudWatch::Alarm').length).toBeGreaterThan(5)
    expect(silent.all('AWS::SNS::Topic')).toEqual([])
  })

  it('come with a dashboard', () => {
    const { DashboardBody } = made.one('AWS::CloudWatch::Dashboard').Properties
    expect(JSON.stringify(DashboardBody)).toContain('Emails settled')
  })
})
