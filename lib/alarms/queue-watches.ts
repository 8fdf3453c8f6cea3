import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { ownMetric, period, type WatchedParts } from '../watched-parts.ts'
import type { Watch } from './watch.ts'

/**
 * What SQS says. It falls silent about a queue that is empty for six hours, so silence changes
 * nothing here.
 */
export const queueWatches = (parts: WatchedParts) => {
  const { queue, deadLetterQueue } = parts.outbox
  const { feedback, notices } = parts
  return {
    DeadLetters: {
      text: 'Emails were given up, or something on the queue could not be read.',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      above: 0,
      silence: 'same',
    },
    OldestAge: {
      text: 'An email has been waiting on the queue for more than an hour.',
      metric: queue.metricApproximateAgeOfOldestMessage({ period }),
      above: 3_600,
      periods: 3,
      silence: 'same',
    },
    InFlight: {
      text: 'Close to the 120,000 messages that SQS lets be in flight: beyond, none is delivered.',
      metric: queue.metricApproximateNumberOfMessagesNotVisible({ period }),
      above: 100_000,
      silence: 'same',
    },
    Stalled: {
      text: 'Emails wait, and none has settled for half an hour.',
      metric: stalled(parts),
      above: 0,
      periods: 6,
      silence: 'same',
    },
    FeedbackDeadLetters: {
      text: 'What Amazon SES told of an email could not be dealt with.',
      metric: feedback.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      above: 0,
      silence: 'same',
    },
    FeedbackAge: {
      text: 'What became of an email has been waiting for half an hour to be written down.',
      metric: feedback.queue.metricApproximateAgeOfOldestMessage({ period }),
      above: 1_800,
      periods: 3,
      silence: 'same',
    },
    NoticeDeadLetters: {
      text: 'What a webhook was to be told could not be dealt with.',
      metric: notices.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      above: 0,
      silence: 'same',
    },
  } satisfies Record<string, Watch>
}

/** 1 while messages are being worked on or deferred and no email settles, else 0. */
function stalled(parts: WatchedParts): MathExpression {
  return new MathExpression({
    expression: 'IF(FILL(waiting, REPEAT) > 0 AND FILL(settled, 0) == 0, 1, 0)',
    usingMetrics: {
      waiting: parts.outbox.queue.metricApproximateNumberOfMessagesNotVisible({ period }),
      settled: ownMetric(parts, 'settled', 'Sum'),
    },
    label: 'stalled',
    period,
  })
}
