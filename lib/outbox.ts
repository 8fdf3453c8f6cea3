import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { sendTimes } from '../backends/aws/env.ts'
import { removalOf, type RemovalProps } from './removal.ts'

/**
 * Deferring is receiving again, so receives say nothing about failure: attempts are counted in the
 * record, and the send function itself puts away what is given up. No job comes near this within
 * its patience of three days. What kills the function is received every 370 s: it gets here after
 * two days, long before the queue would forget it.
 */
const maxReceiveCount = 500

/** The queue of jobs, and the one of those that were given up. */
export class Outbox extends Construct {
  readonly queue: Queue
  readonly deadLetterQueue: Queue

  constructor(scope: Construct, id: string, props: RemovalProps) {
    super(scope, id)
    // They hold the only copy of what waits.
    const removalPolicy = removalOf(props)
    const shared = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, removalPolicy }
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      ...shared,
      // Longer than the queue's: a message keeps its age when it moves.
      retentionPeriod: Duration.days(14),
    })
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      visibilityTimeout: Duration.seconds(sendTimes.visibilitySeconds),
      retentionPeriod: Duration.days(10),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    })
  }
}
