import { Duration } from 'aws-cdk-lib'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { notifyTimes } from '../backends/aws/env.ts'
import { allow, type Grantee } from './permissions.ts'
import { queuePair, type QueueProtection } from './queue-pair.ts'

/** The queue of what endpoints of webhooks are to be told, and the one of what could not be. */
export class Notices extends Construct {
  readonly queue: Queue
  readonly deadLetterQueue: Queue

  constructor(scope: Construct, id: string, props: QueueProtection) {
    super(scope, id)
    const pair = queuePair(this, {
      ...props,
      visibilitySeconds: notifyTimes.visibilitySeconds,
      // Longer than the patience with a notice, mail/retry.ts.
      retention: Duration.days(10),
    })
    this.queue = pair.queue
    this.deadLetterQueue = pair.deadLetterQueue
  }

  /** Permission: to put notices on the queue. */
  grantPut(grantee: Grantee) {
    allow(grantee, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] })
  }
}
