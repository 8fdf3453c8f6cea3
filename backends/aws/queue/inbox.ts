import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { newId } from '../../../mail/email/id.ts'
import type { Job } from '../../../mail/email/job.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { Bucket } from '../bucket.ts'
import type { DeadLetterQueue } from './dead-letters.ts'
import { bucketShape } from '../env.ts'
import type { PutEach } from './job-puts.ts'
import { readMessage } from './messages.ts'

/** The consuming side of the queue: what a message is, and what becomes of it. */
export interface Inbox {
  /**
   * Reads the body of a message, and what it points to.
   *
   * @throws Error for one in a newer format: it must be left to newer functions
   */
  read(body: string): Promise<Received>
  /** Has SQS show a message again after so many seconds, at most 12 hours. */
  defer(receiptHandle: string, seconds: number): Promise<void>
  /** Puts each job of a request on the queue by itself. Twice does no harm. */
  fanOut(jobs: readonly Job[]): Promise<void>
  /** Puts what is no job among the dead letters, as it came. */
  bury(body: string, reason: string): Promise<void>
}

export type Received =
  | { readonly kind: 'job'; readonly job: Job }
  /** Jobs that were accepted as one: this message is what makes them durable. */
  | { readonly kind: 'request'; readonly jobs: readonly Job[] }
  /** A schedule that fired: only the id. */
  | { readonly kind: 'pointer'; readonly id: string }
  /** A dead letter that a person moved back by SQS's own means: to be tried again. */
  | { readonly kind: 'redriven'; readonly id: string }
  /** What a direct producer put: JSON that is not ours, so perhaps an email. */
  | { readonly kind: 'email'; readonly body: unknown }
  | { readonly kind: 'unreadable'; readonly reason: string }

export interface InboxParts {
  readonly sqs: () => SQSClient
  readonly queueUrl: string
  readonly bucket: Bucket
  readonly putEach: PutEach
  readonly deadLetters: DeadLetterQueue
  readonly clock: Clock
}

/** 12 hours from when it was received, less what the function may have taken since. */
const longestDeferSeconds = 43_200 - 120

/** A body above this goes to the bucket: with what says why it is there it must fit a message. */
const mostLetterBytes = 262_144

export function sqsInbox(parts: InboxParts): Inbox {
  const { sqs, queueUrl, bucket, putEach, deadLetters, clock } = parts

  async function read(body: string): Promise<Received> {
    const message = readMessage(body)
    switch (message.kind) {
      case 'jobs':
        return { kind: 'request', jobs: message.jobs }
      case 'jobsAt':
        return readAt(message.key, 'the jobs of a request are not in the bucket')
      case 'due':
        return { kind: 'pointer', id: message.id }
      case 'letter':
        return readLetter(message.letter)
      default:
        return message
    }
  }

  /** One that holds what was on the queue stands for that. */
  async function readLetter(letter: { emailId: string; body?: string; bodyAt?: string }) {
    if (letter.body !== undefined) return read(letter.body)
    if (letter.bodyAt !== undefined) return readAt(letter.bodyAt, 'its body is not in the bucket')
    return { kind: 'redriven', id: letter.emailId } as const
  }

  async function readAt(key: string, otherwise: string): Promise<Received> {
    const bytes = await bucket.get(key)
    return bytes ? read(Buffer.from(bytes).toString()) : { kind: 'unreadable', reason: otherwise }
  }

  return {
    read,
    async defer(ReceiptHandle, seconds) {
      const VisibilityTimeout = Math.min(Math.max(0, Math.ceil(seconds)), longestDeferSeconds)
      const request = { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }
      await sqs().send(new ChangeMessageVisibilityCommand(request)).catch(unlessStale)
    },
    fanOut: putEach,
    async bury(body, reason) {
      const at = clock.now()
      const emailId = newId(at)
      if (Buffer.byteLength(body) <= mostLetterBytes)
        return deadLetters.add({ emailId, reason, at, body })
      const bodyAt = `${bucketShape.requests.prefix}${emailId}`
      await bucket.put(bodyAt, Buffer.from(body))
      await deadLetters.add({ emailId, reason, at, bodyAt })
    },
  }
}

/** No longer hidden: it comes again by itself, another worker has it, or it is done. */
function unlessStale(error: unknown) {
  const stale = ['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue']
  if (!(error instanceof Error) || !stale.some((name) => error.name.endsWith(name))) throw error
}
