import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

/** Seconds that one invocation of the send function may take. */
export const sendSeconds = 60

/** Longest that the event source waits for a batch to fill, in seconds. */
export const batchWindowSeconds = 0

/**
 * How long a message stays hidden once it was received, in seconds: six times the function's, as AWS
 * advises (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html), and some more.
 */
const visibilitySeconds = 370

/**
 * Deferring is receiving again, so receives say nothing about failure: attempts are counted in the
 * record, and the send function itself puts away what is given up. This is the most SQS allows.
 */
const maxReceiveCount = 1_000

/** The queue of jobs, and the one of those that were given up. */
export class Outbox extends Construct {
  readonly queue: Queue
  readonly deadLetterQueue: Queue

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const shared = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      ...shared,
      // Longer than the queue's: a message keeps its age when it moves.
      retentionPeriod: Duration.days(14),
    })
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    })
  }
}
