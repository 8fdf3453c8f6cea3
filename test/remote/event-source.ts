import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'

/** What Lambda's event source mapping does, once: up to ten messages in one invocation. */
export async function deliverBatch(
  sqs: SQSClient,
  queueUrl: string,
  invoke: (event: SQSEvent) => Promise<SQSBatchResponse>,
): Promise<{ readonly handled: number; readonly left: number }> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    }),
  )
  if (Messages.length === 0) return { handled: 0, left: 0 }
  const { batchItemFailures } = await invoke({ Records: Messages.map(recordOf) })
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
  const done = Messages.filter(({ MessageId }) => !failed.has(MessageId!))
  for (const { ReceiptHandle } of done)
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }))
  return { handled: done.length, left: failed.size }
}

function recordOf({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes }: Message): SQSRecord {
  return {
    messageId: MessageId!,
    receiptHandle: ReceiptHandle!,
    body: Body!,
    md5OfBody: MD5OfBody!,
    attributes: Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:jobs',
    awsRegion: 'us-east-1',
  }
}
