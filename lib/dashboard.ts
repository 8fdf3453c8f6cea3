import { Duration } from 'aws-cdk-lib'
import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  MathExpression,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { metricNames } from '../mail/email/metric-names.ts'
import { ownMetric, period, type WatchedParts } from './watched-parts.ts'

/** One page that shows whether mail works: what left, what waits, what failed, how busy it is. */
export class Dashboard extends Construct {
  readonly dashboard: CloudWatchDashboard

  constructor(scope: Construct, id: string, props: WatchedParts) {
    super(scope, id)
    const { outbox, notices, api, send, notify, endpoint } = props
    const { queue, deadLetterQueue } = outbox
    this.dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      // No name: those of dashboards hold in all Regions of an account.
      defaultInterval: Duration.hours(24),
    })
    this.dashboard.addWidgets(
      new GraphWidget({
        title: 'Emails settled',
        width: 12,
        left: [byDimension(props, metricNames.settled, 'State')],
      }),
      new GraphWidget({
        title: 'Attempts',
        width: 12,
        left: [byDimension(props, metricNames.attempts, 'Engine', 'Outcome')],
      }),
    )
    this.dashboard.addWidgets(
      new SingleValueWidget({
        title: 'Now',
        width: 6,
        metrics: [
          queue.metricApproximateNumberOfMessagesVisible({ label: 'waiting' }),
          queue.metricApproximateNumberOfMessagesNotVisible({ label: 'being sent or deferred' }),
          deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' }),
        ],
      }),
      new GraphWidget({
        title: 'Oldest email on the queue, seconds',
        width: 9,
        left: [queue.metricApproximateAgeOfOldestMessage()],
      }),
      new GraphWidget({
        title: 'Requests',
        width: 9,
        left: [
          endpoint.api.metricCount({ statistic: 'Sum', label: 'all' }),
          endpoint.api.metricClientError({ statistic: 'Sum', label: '4xx' }),
          endpoint.api.metricServerError({ statistic: 'Sum', label: '5xx' }),
        ],
        right: [api.function.metricDuration({ statistic: 'p99', label: 'p99, ms' })],
      }),
    )
    this.dashboard.addWidgets(
      new GraphWidget({
        title: 'In trouble',
        width: 24,
        left: [
          ownMetric(props, 'held', 'Sum'),
          ownMetric(props, 'jobFailed', 'Sum'),
          ownMetric(props, 'pausedEngines', 'Maximum'),
        ],
        right: [ownMetric(props, 'deferredSeconds', 'Maximum')],
      }),
    )
    this.dashboard.addWidgets(
      new GraphWidget({
        title: 'Send function',
        width: 12,
        left: [send.function.metricInvocations(), send.function.metricErrors()],
        right: [send.function.metricDuration({ statistic: 'p99', label: 'p99, ms' })],
      }),
      new GraphWidget({
        title: 'Webhooks: notices',
        width: 12,
        left: [byDimension(props, metricNames.notices, 'State')],
        right: [
          notices.queue.metricApproximateNumberOfMessagesVisible({ label: 'waiting' }),
          notices.queue.metricApproximateNumberOfMessagesNotVisible({ label: 'to come again' }),
        ],
      }),
      new GraphWidget({
        title: 'Webhooks: function',
        width: 12,
        left: [notify.function.metricInvocations(), notify.function.metricErrors()],
        right: [notify.function.metricDuration({ statistic: 'p99', label: 'p99, ms' })],
      }),
      new GraphWidget({
        title: 'Concurrency',
        width: 12,
        left: [
          send.function.metric('ConcurrentExecutions', { statistic: 'Maximum', label: 'send' }),
          api.function.metric('ConcurrentExecutions', { statistic: 'Maximum', label: 'api' }),
        ],
      }),
    )
  }
}

/** One line for every value that the dimensions take. */
function byDimension({ namespace }: WatchedParts, name: string, ...dimensions: string[]) {
  const schema = [namespace, 'service', ...dimensions].map((part) => `"${part}"`).join(',')
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${name}"', 'Sum', 300)`,
    usingMetrics: {},
    label: '',
    period,
  })
}
