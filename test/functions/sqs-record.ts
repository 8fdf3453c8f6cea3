import { createHash, randomUUID } from 'node:crypto'
import type { SQSRecord } from 'aws-lambda'

interface RecordOptions {
  readonly messageId?: string
  readonly receiptHandle?: string
  /** Milliseconds since the epoch. */
  readonly sentAt?: number
  /** How often SQS has shown it, this time included. */
  readonly receives?: number
}

/** A message as Lambda hands it over from SQS. */
export function aRecord(body: string, options: RecordOptions = {}): SQSRecord {
  const { messageId = randomUUID(), receiptHandle = randomUUID() } = options
  const { sentAt = Date.now(), receives = 1 } = options
  return {
    messageId,
    receiptHandle,
    body,
    md5OfBody: createHash('md5').update(body).digest('hex'),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: 'AROAEXAMPLE:sender',
      ApproximateFirstReceiveTimestamp: String(sentAt),
    },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:jobs',
    awsRegion: 'us-east-1',
  }
}
