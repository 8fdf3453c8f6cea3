import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs'

/** The messages of the dead-letter queue, which can be looked through but not listed. */
interface DeadLetterMessages {
  /** All of them, a few at a time. They stay, out of sight for half a minute. */
  all(): AsyncGenerator<readonly Message[], void>
  /** Removes one that was seen not long ago; says whether it was. */
  take(messageId: string | undefined): Promise<boolean>
}

/** How long a message that was looked at is out of sight: one pass sees each once. */
const peekSeconds = 30

/**
 * Only a long poll asks all of SQS's servers; a short one may find nothing where much is.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
const waitSeconds = 1
const emptyAnswers = 2

/** An HTTP API gives up after 30 s: what is beyond 2,000 messages is found by the next pass. */
const mostPeeks = 200

/** Receipts that are remembered. */
const mostReceipts = 10_000

export function deadLetterMessages(sqs: () => SQSClient, QueueUrl: string): DeadLetterMessages {
  const receipts = new Map<string, string>()

  async function peek(): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: peekSeconds,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['SentTimestamp'],
    })
    const { Messages = [] } = await sqs().send(command)
    if (receipts.size > mostReceipts) receipts.clear()
    for (const { MessageId, ReceiptHandle } of Messages) receipts.set(MessageId!, ReceiptHandle!)
    return Messages
  }

  return {
    async *all() {
      for (let peeks = 0, empty = 0; peeks < mostPeeks && empty < emptyAnswers; peeks++) {
        const messages = await peek()
        if (messages.length === 0) empty += 1
        else yield messages
      }
    },
    async take(messageId = '') {
      const ReceiptHandle = receipts.get(messageId)
      if (ReceiptHandle === undefined) return false
      receipts.delete(messageId)
      await sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      return true
    },
  }
}
