import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { anchorOf } from '../../lib/alarms/alarms.ts'
import { production, templateOf, typedResources, type Statement } from './synthesized.ts'

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8')

describe('alarms', () => {
  let made: ReturnType<typeof templateOf>
  beforeAll(() => {
    made = templateOf({ ...production, alarmEmail: 'ops@example.com' })
  }, 60_000)

  const alarms = () => made.all('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties)

  const alarmOf = (name: string) =>
    alarms().find((alarm) => String(alarm['AlarmDescription']).endsWith(`#${anchorOf(name)}`))!

  it('tell of dead letters, age, engines, settings, errors, throttles, bounces and complaints', () => {
    const anchors = alarms().map(
      (alarm) => /#([a-z-]+)$/.exec(String(alarm['AlarmDescription']))![1],
    )
    expect(anchors).toEqual(
      expect.arrayContaining([
        'dead-letters',
        'oldest-age',
        'stalled',
        'deferred',
        'paused-engines',
        'held',
        'job-failed',
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

  it('are the alerts of one machine too, but for what only AWS has and what only a machine has', () => {
    const own = readFileSync(join(import.meta.dirname, '../../docs/monitoring/alerts.yml'), 'utf8')
    const page = readFileSync(join(import.meta.dirname, '../../docs/monitoring.md'), 'utf8')
    const missing = /missing here watch[^]+?ApiThrottles/.exec(page)![0]
    const named = [...missing.matchAll(/\b[A-Z][a-z]+[A-Z]\w+/g)].map(([name]) => anchorOf(name))
    const alerts = [...own.matchAll(/runbook: docs\/runbook\.md#([a-z-]+)/g)].map(([, to]) => to!)
    const anchors = alarms().map(
      (alarm) => /#([a-z-]+)$/.exec(String(alarm['AlarmDescription']))![1]!,
    )
    expect([...alerts, ...named].toSorted()).toEqual(anchors.toSorted())
  })

  it('tell one address of all of them, when they begin and when they end', () => {
    for (const { AlarmActions, OKActions } of alarms()) {
      expect(AlarmActions).toHaveLength(1)
      expect(OKActions).toEqual(AlarmActions)
    }
    const told = made.all('AWS::SNS::Subscription').map(({ Properties }) => Properties)
    expect(told.filter(({ Protocol }) => Protocol === 'email')).toMatchObject([
      { Endpoint: 'ops@example.com' },
    ])
  })

  it('reach their topic: its policy lets CloudWatch publish, for this account alone', () => {
    const allowed = allowedToPublish(made)
    for (const alarm of alarms())
      for (const action of alarm['AlarmActions'] as object[])
        expect(allowed).toContain(JSON.stringify(action))
  })

  it('are silent while there is nothing to measure', () => {
    for (const alarm of alarms())
      expect(['notBreaching', 'ignore']).toContain(alarm['TreatMissingData'])
  })

  it.each([
    'DeadLetters',
    'OldestAge',
    'InFlight',
    'FeedbackDeadLetters',
    'FeedbackAge',
    'Stalled',
    'PausedEngines',
    'BounceRate',
    'ComplaintRate',
  ])('stay while nothing is known, because nothing leaves: %s', (name) => {
    expect(alarmOf(name)).toMatchObject({ TreatMissingData: 'ignore' })
  })

  it.each([
    // [name, longest pause between two looks at a job, in seconds]
    ['EngineBlocked', 900],
    ['SettingsBroken', 900],
    ['Deferred', 3_600],
    ['JobFailed', 3_600],
  ])('stay between two looks, however far apart those are: %s', (name, seconds) => {
    const { Period, EvaluationPeriods, DatapointsToAlarm } = alarmOf(name)
    const covered = (Period as number) * (EvaluationPeriods as number)
    expect(covered).toBeGreaterThanOrEqual(seconds * (DatapointsToAlarm as number))
  })

  it('know an outage in which SQS and Lambda see nothing wrong: mail waits and none settles', () => {
    const { Metrics, EvaluationPeriods, DatapointsToAlarm } = alarmOf('Stalled')
    const [math, ...inputs] = Metrics as {
      Expression?: string
      MetricStat?: { Metric: { MetricName: string }; Period: number }
    }[]
    expect(math!.Expression).toBe('IF(FILL(waiting, REPEAT) > 0 AND FILL(settled, 0) == 0, 1, 0)')
    const names = inputs.map(({ MetricStat }) => MetricStat!.Metric.MetricName)
    expect(names.toSorted()).toEqual(['ApproximateNumberOfMessagesNotVisible', 'Settled'])
    expect(inputs[0]!.MetricStat!.Period * (EvaluationPeriods as number)).toBe(1_800)
    expect(DatapointsToAlarm).toBe(EvaluationPeriods)
  })

  it('come before SQS delivers nothing new: at 100,000 messages in flight', () => {
    expect(alarmOf('InFlight')).toMatchObject({ Threshold: 100_000 })
  })

  it('look back no longer than CloudWatch allows', () => {
    for (const { Period = 300, EvaluationPeriods } of alarms()) {
      const seconds = (Period as number) * (EvaluationPeriods as number)
      expect(seconds).toBeLessThanOrEqual((Period as number) < 3_600 ? 86_400 : 7 * 86_400)
    }
  })

  it('stand where there is no address to tell, too', () => {
    const silent = templateOf()
    expect(silent.all('AWS::CloudWatch::Alarm').length).toBeGreaterThan(5)
    expect(silent.all('AWS::SNS::Topic')).toEqual([])
  })

  it('come with a dashboard', () => {
    const { DashboardBody } = made.one('AWS::CloudWatch::Dashboard').Properties
    for (const words of ['Emails settled', 'Held', 'JobFailed', 'PausedEngines'])
      expect(JSON.stringify(DashboardBody)).toContain(words)
  })
})

describe('a policy that only denies', () => {
  it.each([[{}], [{ ...production, alarmEmail: 'ops@example.com' }]])(
    'is none but that of what roles of the same account reach by their own: %j',
    (context) => {
      const silent = policiesOf(templateOf(context)).filter(({ statements }) =>
        statements.every(({ Effect }) => Effect === 'Deny'),
      )
      const types = silent.map(({ type }) => type)
      expect(types.filter((type) => !byRole.includes(type))).toEqual([])
    },
  )
})

/** Roles of the account need no word of these; a service, such as CloudWatch, would. */
const byRole = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy']

function policiesOf({ template }: ReturnType<typeof templateOf>) {
  return Object.values(typedResources(template))
    .filter(({ Type }) => Type.endsWith('Policy'))
    .map(({ Type, Properties }) => {
      const { Statement } = Properties['PolicyDocument'] as { Statement: Statement[] }
      return { type: Type, properties: Properties, statements: Statement }
    })
}

/** The topics, as references, whose policy lets CloudWatch publish for its own account. */
function allowedToPublish(made: ReturnType<typeof templateOf>): string[] {
  return policiesOf(made)
    .filter(({ type }) => type === 'AWS::SNS::TopicPolicy')
    .filter(({ statements }) => statements.some(isForAlarms))
    .flatMap(({ properties }) => (properties['Topics'] as object[]).map((it) => JSON.stringify(it)))
}

function isForAlarms({ Effect, Action, Principal, Condition }: PolicyStatement): boolean {
  return (
    Effect === 'Allow' &&
    Action === 'sns:Publish' &&
    isDeepStrictEqual(Principal, { Service: 'cloudwatch.amazonaws.com' }) &&
    isDeepStrictEqual(Condition, {
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    })
  )
}

type PolicyStatement = Statement & { readonly Principal?: unknown }
