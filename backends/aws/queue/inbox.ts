import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Job } from '../../../mail/email/job.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { Bucket } from '../bucket.ts'
import type { DeadLetterQueue } from './dead-letters.ts'
import type { PutEach } from './job-puts.ts'
import { emailIdIn, heldIn } from './letter-in.ts'
import { jobsIn, type Letter } from './messages.ts'
import type { ProvenMessages, QueueMessage } from './proven-messages.ts'
import { unlessStale } from './stale.ts'

/** The consuming side of the queue: what a message is, and what becomes of it. */
export interface Inbox {
  /**
   * Reads a message, and what it points to.
   *
   * @throws Error for one in a newer format: it must be left to newer functions
   */
  read(message: Sent): Promise<Received>
  /** Has SQS show a message again after so many seconds, at most 12 hours. */
  defer(receiptHandle: string, seconds: number): Promise<void>
  /** Puts each job of a request on the queue by itself. Twice does no harm. */
  fanOut(jobs: readonly Job[]): Promise<void>
  /**
   * Puts what came among the dead letters, as it came.
   *
   * @param id of the email that it is or would have become, unless it says so itself
   */
  bury(message: Sent, reason: string, id: string): Promise<void>
}

/** A message as it came. */
export interface Sent {
  readonly body: string
  /** When SQS took it, in milliseconds since the epoch. */
  readonly sentAt: number
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
  readonly messages: ProvenMessages
  readonly clock: Clock
}

/** 12 hours from when it was received, less what the function may have taken since. */
const longestDeferSeconds = 43_200 - 120

export function sqsInbox(parts: InboxParts): Inbox {
  const { sqs, queueUrl, bucket, putEach, deadLetters, messages, clock } = parts

  async function received(message: QueueMessage): Promise<Received> {
    switch (message.kind) {
      case 'jobs':
        return { kind: 'request', jobs: message.jobs }
      case 'jobsAt':
        return readRequest(message.key)
      case 'due':
        return { kind: 'pointer', id: message.id }
      case 'letter':
        return readLetter(message.letter)
      case 'unproven':
        return { kind: 'unreadable', reason: notOurs }
      case 'newer':
        throw new Error(`a queue message of format ${message.format}, unknown to this version`)
      default:
        return message
    }
  }

  /** The message that points to it has proven it. */
  async function readRequest(key: string): Promise<Received> {
    const bytes = await bucket.get(key)
    const jobs = bytes && jobsIn(Buffer.from(bytes).toString())
    return jobs
      ? { kind: 'request', jobs }
      : { kind: 'unreadable', reason: 'the jobs of a request are not in the bucket' }
  }

  /** One that holds what was on the queue stands for that, as far as it proves itself. */
  async function readLetter({ emailId, body, bodyAt, at }: Letter): Promise<Received> {
    if (body === undefined && bodyAt === undefined) return { kind: 'redriven', id: emailId }
    const text = body ?? (await textAt(bodyAt!))
    if (text === undefined) return { kind: 'unreadable', reason: 'its body is not in the bucket' }
    const held = await messages.read(text, at)
    // Letters hold no letters: following them could go round in circles.
    if (held.kind === 'letter') return { kind: 'unreadable', reason: 'a letter inside a letter' }
    return held.kind === 'email' ? { ...held, id: emailId } : received(held)
  }

  async function textAt(key: string): Promise<string | undefined> {
    const bytes = await bucket.get(key)
    return bytes && Buffer.from(bytes).toString()
  }

  return {
    read: async ({ body, sentAt }) => received(await messages.read(body, sentAt)),
    async defer(ReceiptHandle, seconds) {
      const VisibilityTimeout = Math.min(Math.max(0, Math.ceil(seconds)), longestDeferSeconds)
      const request = { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }
      await sqs().send(new ChangeMessageVisibilityCommand(request)).catch(unlessStale)
    },
    fanOut: putEach,
    async bury({ body, sentAt }, reason, id) {
      const message = await messages.read(body, sentAt)
      const emailId = emailIdIn(message) ?? id
      const held = await heldIn(message, body, messages)
      await deadLetters.add({ ...held, emailId, reason, at: clock.now() })
    },
  }
}

const notOurs =
  "it has Postern's own format but not its proof: what an application may put on the queue is the body of POST /emails"
