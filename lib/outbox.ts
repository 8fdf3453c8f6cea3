import { Duration } from 'aws-cdk-lib'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { sendTimes } from '../backends/aws/env.ts'
import { allow, type Grantee } from './permissions.ts'
import { queuePair, type QueueProtection } from './queue-pair.ts'

export interface OutboxProps extends QueueProtection {
  /** @default Duration.days(10) */
  readonly queueRetention?: Duration
}

/** The queue of jobs, and the one of those that were given up. */
export class Outbox extends Construct {
  readonly queue: Queue
  readonly deadLetterQueue: Queue

  constructor(scope: Construct, id: string, props: OutboxProps) {
    super(scope, id)
    const { queueRetention = Duration.days(10) } = props
    const pair = queuePair(this, {
      ...props,
      visibilitySeconds: sendTimes.visibilitySeconds,
      retention: queueRetention,
    })
    this.queue = pair.queue
    this.deadLetterQueue = pair.deadLetterQueue
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
