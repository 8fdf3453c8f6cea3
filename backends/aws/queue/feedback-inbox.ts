import {
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { unlessStale } from './stale.ts'

/** The consuming side of the queue of feedback. */
export interface FeedbackInbox {
  /** Has SQS show a message again after so many seconds. */
  defer(receiptHandle: string, seconds: number): Promise<void>
  /** Puts away what cannot be read, as it came. */
  bury(body: string, reason: string): Promise<void>
}

export function feedbackInbox(
  sqs: () => SQSClient,
  { feedbackQueueUrl, feedbackDeadLetterQueueUrl }: Urls,
): FeedbackInbox {
  return {
    async defer(ReceiptHandle, VisibilityTimeout) {
      const request = { QueueUrl: feedbackQueueUrl, ReceiptHandle, VisibilityTimeout }
      await sqs().send(new ChangeMessageVisibilityCommand(request)).catch(unlessStale)
    },
    async bury(MessageBody, reason) {
      const MessageAttributes = { reason: { DataType: 'String', StringValue: reason } }
      const QueueUrl = feedbackDeadLetterQueueUrl
      await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }))
    },
  }
}

interface Urls {
  readonly feedbackQueueUrl: string
  readonly feedbackDeadLetterQueueUrl: string
}
