import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { sendTimes } from '../backends/aws/env.ts'
import { allow, type Grantee } from './permissions.ts'
import { removalOf, type RemovalProps } from './removal.ts'

/**
 * Deferring is receiving again, so receives say nothing about failure: attempts are counted in the
 * record, and the send function itself puts away what is given up. No job comes near this within
 * its patience of three days. What kills the function is received every 370 s: it gets here after
 * two days, long before the queue would forget it.
 */
const maxReceiveCount = 500

export interface OutboxProps extends RemovalProps {
  /** @default Duration.days(10) */
  readonly queueRetention?: Duration
  readonly encryptionKey?: IKey
}

/** The queue of jobs, and the one of those that were given up. */
export class Outbox extends Construct {
  readonly queue: Queue
  readonly deadLetterQueue: Queue

  constructor(scope: Construct, id: string, props: OutboxProps) {
    super(scope, id)
    const { queueRetention = Duration.days(10), encryptionKey } = props
    const shared = {
      ...(encryptionKey
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      // They hold the only copy of what waits.
      removalPolicy: removalOf(props),
    }
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      ...shared,
      // Longer than the queue's: a message keeps its age when it moves.
      retentionPeriod: Duration.days(14),
    })
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      visibilityTimeout: Duration.seconds(sendTimes.visibilitySeconds),
      retentionPeriod: queueRetention,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    })
  }

  /** Permission: to put jobs on the queue. */
  grantPut(grantee: Grantee) {
    allow(grantee, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] })
  }

  /** Permission: to put away what is given up. */
  grantBury(grantee: Grantee) {
    allow(grantee, { actions: ['sqs:SendMessage'], resources: [this.deadLetterQueue.queueArn] })
  }

  /** Permission: to count what is on both queues, and to look at dead letters, which is receiving. */
  grantLook(grantee: Grantee) {
    const { queue, deadLetterQueue } = this
    const resources = [queue.queueArn, deadLetterQueue.queueArn]
    allow(grantee, { actions: ['sqs:GetQueueAttributes'], resources })
    allow(grantee, { actions: ['sqs:ReceiveMessage'], resources: [deadLetterQueue.queueArn] })
  }

  /** Permission: to take dead letters away. */
  grantRemove(grantee: Grantee) {
    const resources = [this.deadLetterQueue.queueArn]
    allow(grantee, { actions: ['sqs:DeleteMessage'], resources })
  }
}
