import { sendTimes } from '../../backends/aws/env.ts'
import { period, type WatchedParts } from '../watched-parts.ts'
import type { Watch } from './watch.ts'

/** What Lambda and API Gateway say. */
export const functionWatches = ({ api, send, notify, endpoint }: WatchedParts) =>
  ({
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
    NotifyErrors: {
      text: 'The notify function fails: no webhook is told of anything.',
      metric: notify.function.metricErrors({ period }),
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
  }) satisfies Record<string, Watch>
