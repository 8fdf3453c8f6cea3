import { Duration } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { removalOf, type RemovalProps } from './removal.ts'

/**
 * Waiting is receiving again, so receives say nothing about failure: attempts are counted in the
 * record, and the functions put away what is given up. A job comes nowhere near this within its
 * patience of three days; a notice whose endpoint fails for days is looked at some fifty times, one
 * that throws each hour 240 times in ten days; feedback that waits for the end of an attempt is
 * received about once a minute. What kills the send function is received every 370 s and gets to the
 * dead letters after two days, what kills the notify function after 33 hours.
 */
const maxReceiveCount = 500

export interface QueueProtection extends RemovalProps {
  readonly encryptionKey?: IKey
}

interface QueuePairProps extends QueueProtection {
  readonly visibilitySeconds: number
  readonly retention: Duration
}

export interface QueuePair {
  readonly queue: Queue
  readonly deadLetterQueue: Queue
}

/** A queue, and the one of what could not be done: they hold the only copy of what waits. */
export function queuePair(scope: Construct, props: QueuePairProps): QueuePair {
  const shared = queueDefaults(props)
  const deadLetterQueue = new Queue(scope, 'DeadLetters', {
    ...shared,
    // Longer than the queue's: a message keeps its age when it moves.
    retentionPeriod: Duration.days(14),
  })
  const queue = new Queue(scope, 'Queue', {
    ...shared,
    visibilityTimeout: Duration.seconds(props.visibilitySeconds),
    retentionPeriod: props.retention,
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
  })
  return { queue, deadLetterQueue }
}

/** Encrypted at rest and on the way. */
export function queueDefaults(props: QueueProtection) {
  const { encryptionKey } = props
  return {
    ...(encryptionKey
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
      : { encryption: QueueEncryption.SQS_MANAGED }),
    enforceSSL: true,
    removalPolicy: removalOf(props),
  }
}
