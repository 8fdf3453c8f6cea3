import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { metricService } from '../backends/aws/env.ts'
import { metricNames } from '../mail/email/metric-names.ts'
import type { ApiFunction } from './api-function.ts'
import type { Feedback } from './feedback.ts'
import type { HttpEndpoint } from './http-endpoint.ts'
import type { Notices } from './notices.ts'
import type { NotifyFunction } from './notify-function.ts'
import type { Outbox } from './outbox.ts'
import type { SendFunction } from './send-function.ts'

/** What alarms and dashboard look at. */
export interface WatchedParts {
  readonly outbox: Outbox
  readonly feedback: Feedback
  readonly notices: Notices
  readonly api: ApiFunction
  readonly send: SendFunction
  readonly notify: NotifyFunction
  readonly endpoint: HttpEndpoint
  /** Of the service's own metrics. */
  readonly namespace: string
}

/** How often the alarms look. */
export const period = Duration.minutes(5)

/** One of the metrics that the functions write, without dimensions of its own. */
export function ownMetric(
  { namespace }: Pick<WatchedParts, 'namespace'>,
  name: keyof typeof metricNames,
  statistic: 'Maximum' | 'Sum',
): Metric {
  const dimensionsMap = { service: metricService }
  return new Metric({ namespace, metricName: metricNames[name], statistic, period, dimensionsMap })
}
