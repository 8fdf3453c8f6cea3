import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Watch } from './watch.ts'

/**
 * Above these Amazon SES may put an account on probation (5 % and 0.1 %, SES guide, "Reputation").
 * It says nothing while it sends nothing, as once it has stopped the account.
 */
export const reputationWatches = () =>
  ({
    BounceRate: {
      text: 'More than 4 % of the emails that Amazon SES sent bounced.',
      metric: sesMetric('Reputation.BounceRate'),
      above: 0.04,
      silence: 'same',
    },
    ComplaintRate: {
      text: 'More than 0.08 % of the emails that Amazon SES sent were called spam.',
      metric: sesMetric('Reputation.ComplaintRate'),
      above: 0.0008,
      silence: 'same',
    },
  }) satisfies Record<string, Watch>

function sesMetric(metricName: string): Metric {
  return new Metric({
    namespace: 'AWS/SES',
    metricName,
    statistic: 'Average',
    period: Duration.hours(1),
  })
}
