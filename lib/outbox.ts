import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { sendTimes } from '../backends/aws/env.ts'

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
      visibilityTimeout: Duration.seconds(sendTimes.visibilitySeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    })
  }
}
