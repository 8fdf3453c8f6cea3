import type { Message } from '@aws-sdk/client-sqs'
import { idOf } from '../../../mail/email/id.ts'
import { readMessage, type Letter, type QueueMessage } from './messages.ts'

/**
 * The letter that a message is, or stands for when SQS moved it here by itself: then the message
 * holds the only copy of what is to be done, and of an email's content.
 */
export function letterIn({ MessageId = '', Body = '', Attributes = {} }: Message, now: number) {
  const message = readable(Body)
  if (message.kind === 'letter') return message.letter
  const sentAt = Number(Attributes['SentTimestamp'] ?? now)
  const emailId = emailIdIn(message) ?? idOf(MessageId, sentAt)
  return { emailId, reason: reasons[message.kind], at: now, body: Body } satisfies Letter
}

/** Of which email a message is; undefined where it is of several, or of none yet. */
export function emailIdIn(message: QueueMessage): string | undefined {
  switch (message.kind) {
    case 'job':
      return message.job.id
    case 'due':
      return message.id
    case 'letter':
      return message.letter.emailId
    default:
      return undefined
  }
}

/** Here a format that is not known is no reason to leave the rest unseen. */
export function readable(body: string): QueueMessage {
  try {
    return readMessage(body)
  } catch {
    return { kind: 'unreadable', reason: 'a newer format' }
  }
}

const request = 'a request of several emails was never processed'

const reasons = {
  job: 'it was taken off the queue too often without being settled',
  due: 'its schedule could not put it on the queue',
  jobs: request,
  jobsAt: request,
  email: 'what an application put on the queue was never accepted',
  unreadable: 'what an application put on the queue cannot be read',
} as const
