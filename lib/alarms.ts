import { Duration } from 'aws-cdk-lib'
import {
  Alarm,
  ComparisonOperator,
  Metric,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { metricNames, metricService, sendTimes } from '../backends/aws/env.ts'
import type { ApiFunction } from './api-function.ts'
import type { HttpEndpoint } from './http-endpoint.ts'
import type { Outbox } from './outbox.ts'
import type { SendFunction } from './send-function.ts'

export interface WatchedParts {
  readonly outbox: Outbox
  readonly api: ApiFunction
  readonly send: SendFunction
  readonly endpoint: HttpEndpoint
  /** Of the service's own metrics. */
  readonly namespace: string
}

export interface AlarmsProps extends WatchedParts {
  readonly runbookUrl: string
  /** @default - no one is notified */
  readonly alarmEmail?: string
  /** Whether it sends with Amazon SES, which watches bounces and complaints. */
  readonly isSending: boolean
}

/** What a person must look at. Each alarm has the entry of its name in the runbook. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    const topic = props.alarmEmail === undefined ? undefined : topicFor(this, props.alarmEmail)
    for (const [name, watch] of Object.entries(watches(props))) {
      const alarm = new Alarm(this, name, {
        alarmDescription: `${watch.text} What to do: ${props.runbookUrl}#${anchorOf(name)}`,
        metric: watch.metric,
        threshold: watch.above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: watch.periods ?? 1,
        datapointsToAlarm: watch.datapoints ?? watch.periods ?? 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      if (topic) {
        alarm.addAlarmAction(new SnsAction(topic))
        alarm.addOkAction(new SnsAction(topic))
      }
    }
  }
}

/** Of a heading in Markdown: `EngineBlocked` becomes `engine-blocked`. */
export function anchorOf(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}

interface Watch {
  readonly text: string
  readonly metric: IMetric
  readonly above: number
  /** Of five minutes; all of them must breach unless `datapoints` says how many. */
  readonly periods?: number
  readonly datapoints?: number
}

const period = Duration.minutes(5)

function watches(props: AlarmsProps): Record<string, Watch> {
  const { outbox, api, send, endpoint } = props
  const { queue, deadLetterQueue } = outbox
  return {
    DeadLetters: {
      text: 'Emails were given up, or something on the queue could not be read.',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      above: 0,
    },
    OldestAge: {
      text: 'An email has been waiting on the queue for more than an hour.',
      metric: queue.metricApproximateAgeOfOldestMessage({ period }),
      above: 3_600,
      periods: 3,
    },
    FirstAttempt: {
      text: 'An email waited for its first attempt for more than five minutes.',
      metric: own(props, metricNames.waitSeconds, 'Maximum'),
      above: 300,
      periods: 3,
      datapoints: 2,
    },
    InFlight: {
      text: 'Close to the 120,000 messages that SQS lets be in flight: beyond, none is delivered.',
      metric: queue.metricApproximateNumberOfMessagesNotVisible({ period }),
      above: 100_000,
    },
    EngineBlocked: {
      text: 'An engine refuses to take mail: emails wait for it.',
      metric: own(props, metricNames.engineBlocked, 'Sum'),
      above: 0,
      periods: 3,
      datapoints: 2,
    },
    SettingsBroken: {
      text: 'The saved settings cannot be used: the last good ones are in force.',
      metric: own(props, metricNames.settingsBroken, 'Sum'),
      above: 0,
    },
    SendErrors: {
      text: 'The send function fails.',
      metric: send.function.metricErrors({ period }),
      above: 0,
      periods: 3,
      datapoints: 2,
    },
    SendDuration: {
      text: 'Invocations of the send function do not end before their time-out.',
      metric: send.function.metricDuration({ period, statistic: 'Maximum' }),
      above: sendTimes.invocationSeconds * 1_000 * 0.98,
    },
    SendThrottles: {
      text: 'The send function is throttled: the account has no concurrency left for it.',
      metric: send.function.metricThrottles({ period }),
      above: 0,
      periods: 3,
      datapoints: 2,
    },
    ApiErrors: {
      text: 'The API answers with errors of its own (5xx).',
      metric: endpoint.api.metricServerError({ period, statistic: 'Sum' }),
      above: 0,
      periods: 3,
      datapoints: 2,
    },
    ApiThrottles: {
      text: 'The api function is throttled: callers are refused.',
      metric: api.function.metricThrottles({ period }),
      above: 0,
    },
    ...(props.isSending && reputation),
  }
}

/** Above these Amazon SES may put an account on probation (5 % and 0.1 %, SES guide, "Reputation"). */
const reputation: Record<string, Watch> = {
  BounceRate: {
    text: 'More than 4 % of the emails that Amazon SES sent bounced.',
    metric: sesMetric('Reputation.BounceRate'),
    above: 0.04,
  },
  ComplaintRate: {
    text: 'More than 0.08 % of the emails that Amazon SES sent were called spam.',
    metric: sesMetric('Reputation.ComplaintRate'),
    above: 0.0008,
  },
}

function sesMetric(metricName: string): Metric {
  return new Metric({
    namespace: 'AWS/SES',
    metricName,
    statistic: 'Average',
    period: Duration.hours(1),
  })
}

function own({ namespace }: WatchedParts, metricName: string, statistic: string): Metric {
  const dimensionsMap = { service: metricService }
  return new Metric({ namespace, metricName, statistic, period, dimensionsMap })
}

function topicFor(scope: Construct, address: string): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true })
  topic.addSubscription(new EmailSubscription(address))
  return topic
}
