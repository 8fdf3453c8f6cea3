import type { Message } from '@aws-sdk/client-sqs'
import { idOf } from '../../../mail/email/id.ts'
import type { Letter } from './messages.ts'
import type { ProvenMessages, QueueMessage } from './proven-messages.ts'

/**
 * The letter that a message is, or stands for when SQS moved it here by itself: then the message
 * holds the only copy of what is to be done, and of an email's content.
 */
export async function letterIn(
  { MessageId = '', Body = '', Attributes = {} }: Message,
  messages: ProvenMessages,
  now: number,
): Promise<Letter> {
  const sentAt = Number(Attributes['SentTimestamp'] ?? now)
  const message = await messages.read(Body, sentAt)
  if (message.kind === 'letter') return message.letter
  const emailId = emailIdIn(message) ?? idOf(MessageId, sentAt)
  const held = await heldIn(message, Body, messages)
  return { emailId, reason: reasons[message.kind], at: now, ...held }
}

/**
 * What a letter keeps of a message. One that an earlier version wrote is proven now, while its age
 * still speaks for it; one that was put back holds what it held.
 */
export async function heldIn(
  message: QueueMessage,
  body: string,
  messages: ProvenMessages,
): Promise<Pick<Letter, 'body' | 'bodyAt'>> {
  switch (message.kind) {
    case 'letter':
      return message.letter
    case 'job':
    case 'jobs':
    case 'jobsAt':
    case 'due':
      return { body: await messages.write(message) }
    default:
      return { body }
  }
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

const request = 'a request of several emails was never processed'

const reasons = {
  job: 'it was taken off the queue too often without being settled',
  due: 'its schedule could not put it on the queue',
  jobs: request,
  jobsAt: request,
  email: 'what an application put on the queue was never accepted',
  unreadable: 'what an application put on the queue cannot be read',
  unproven: "what an application put on the queue has Postern's own format",
  newer: 'a newer version of Postern has written it',
} as const
