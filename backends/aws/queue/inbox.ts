import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Job } from '../../../mail/email/job.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { Bucket } from '../bucket.ts'
import type { DeadLetterQueue } from './dead-letters.ts'
import type { PutEach } from './job-puts.ts'
import { emailIdIn, readable } from './letter-in.ts'
import { readMessage, type Letter } from './messages.ts'

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
  /**
   * Puts what came among the dead letters, as it came.
   *
   * @param id of the email that it is or would have become, unless it says so itself
   */
  bury(body: string, reason: string, id: string): Promise<void>
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
  | {
      readonly kind: 'email'
      readonly body: unknown
      /** Of the email that it became when it was put first: a person has put it back. */
      readonly id?: string
    }
  | { readonly kind: 'unreadable'; readonly reason: string }

interface InboxParts {
  readonly sqs: () => SQSClient
  readonly queueUrl: string
  readonly bucket: Bucket
  readonly putEach: PutEach
  readonly deadLetters: DeadLetterQueue
  readonly clock: Clock
}

/** 12 hours from when it was received, less what the function may have taken since. */
const longestDeferSeconds = 43_200 - 120

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
  async function readLetter({ emailId, body, bodyAt }: Letter): Promise<Received> {
    if (body === undefined && bodyAt === undefined) return { kind: 'redriven', id: emailId }
    const otherwise = 'its body is not in the bucket'
    const held = body === undefined ? await readAt(bodyAt!, otherwise) : await read(body)
    return held.kind === 'email' ? { ...held, id: held.id ?? emailId } : held
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
    async bury(body, reason, id) {
      const message = readable(body)
      const at = clock.now()
      const emailId = emailIdIn(message) ?? id
      // One that was put back holds what it held.
      const held = message.kind === 'letter' ? message.letter : { body }
      await deadLetters.add({ ...held, emailId, reason, at })
    },
  }
}

/** No longer hidden: it comes again by itself, another worker has it, or it is done. */
function unlessStale(error: unknown) {
  const stale = ['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue']
  if (!(error instanceof Error) || !stale.some((name) => error.name.endsWith(name))) throw error
}
