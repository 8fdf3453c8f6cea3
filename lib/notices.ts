import { Duration } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { notifyTimes } from '../backends/aws/env.ts'
import { allow, type Grantee } from './permissions.ts'
import { removalOf, type RemovalProps } from './removal.ts'

/**
 * Waiting is receiving again: a notice whose endpoint fails for days is looked at some fifty times,
 * one that throws each hour as often in ten days. What kills the function gets here after 33 hours.
 */
const maxReceiveCount = 500

export interface NoticesProps extends RemovalProps {
  readonly encryptionKey?: IKey
}

/** The queue of what endpoints of webhooks are to be told, and the one of what could not be. */
export class Notices extends Construct {
  readonly queue: Queue
  readonly deadLetterQueue: Queue

  constructor(scope: Construct, id: string, props: NoticesProps) {
    super(scope, id)
    const { encryptionKey } = props
    const shared = {
      ...(encryptionKey
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      removalPolicy: removalOf(props),
    }
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      ...shared,
      // Longer than the queue's: a message keeps its age when it moves.
      retentionPeriod: Duration.days(14),
    })
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      visibilityTimeout: Duration.seconds(notifyTimes.visibilitySeconds),
      // Longer than the patience with a notice, mail/retry.ts.
      retentionPeriod: Duration.days(10),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    })
  }

  /** Permission: to put notices on the queue. */
  grantPut(grantee: Grantee) {
    allow(grantee, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] })
  }
}
