import { isId } from '../../../mail/email/id.ts'
import type { Job } from '../../../mail/email/job.ts'
import { jsonIn } from '../../../mail/email/json.ts'

/** What one queue message holds. */
export type QueueMessage =
  | { readonly kind: 'job'; readonly job: Job }
  /** Emails that were accepted together: their jobs, to be put one by one. */
  | { readonly kind: 'jobs'; readonly jobs: readonly Job[] }
  /** The same, too large for a message. */
  | { readonly kind: 'jobsAt'; readonly key: string }
  /** An email whose time has come. */
  | { readonly kind: 'due'; readonly id: string }
  /** What `bury` puts on the dead-letter queue. */
  | { readonly kind: 'letter'; readonly letter: Letter }
  /** A body of POST /emails, put there by an application that does not use HTTP. */
  | { readonly kind: 'email'; readonly body: unknown }
  | { readonly kind: 'unreadable'; readonly reason: string }

export interface Letter {
  /** Of the email that was given up; made up for what never became one. */
  readonly emailId: string
  readonly reason: string
  readonly at: number
  /** What was on the queue, where that was not a job; or where it is, if it is large. */
  readonly body?: string
  readonly bodyAt?: string
}

/** A message of ours says so, and in which format: one that is newer is left to newer functions. */
const format = 1

export function writeMessage(
  message: Exclude<QueueMessage, { kind: 'email' | 'unreadable' }>,
): string {
  const { kind: _, ...rest } = message
  // JSON escapes control characters and halves of surrogate pairs; these two are all that is left
  // of what XML cannot carry, and SQS refuses (https://www.w3.org/TR/REC-xml/#charsets).
  return JSON.stringify({ postern: format, ...rest })
    .replaceAll('\ufffe', '\\ufffe')
    .replaceAll('\uffff', '\\uffff')
}

/** @throws Error for a format that is newer than this code: the message must be left alone */
export function readMessage(body: string): QueueMessage {
  const parsed = jsonIn(body)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { kind: 'unreadable', reason: 'the queue message is not a JSON object' }
  const { postern, ...rest } = parsed as Readonly<Record<string, unknown>>
  if (postern === undefined) return { kind: 'email', body: parsed }
  if (typeof postern === 'number' && postern > format)
    throw new Error(`a queue message of format ${postern}, which this version does not know`)
  return ours(rest) ?? { kind: 'unreadable', reason: "the queue message is not Postern's" }
}

function ours(rest: Readonly<Record<string, unknown>>): QueueMessage | undefined {
  const { job, jobs, key, id, letter } = rest
  if (isJob(job)) return { kind: 'job', job }
  if (Array.isArray(jobs) && jobs.every(isJob)) return { kind: 'jobs', jobs }
  if (typeof key === 'string') return { kind: 'jobsAt', key }
  if (typeof id === 'string' && isId(id)) return { kind: 'due', id }
  if (isLetter(letter)) return { kind: 'letter', letter }
  return undefined
}

function isJob(value: unknown): value is Job {
  const { id, capture, since, recipients, lane } = (value ?? {}) as Partial<Job>
  return (
    typeof id === 'string' &&
    isId(id) &&
    typeof capture === 'boolean' &&
    typeof since === 'number' &&
    typeof recipients === 'number' &&
    typeof lane === 'string'
  )
}

function isLetter(value: unknown): value is Letter {
  const { emailId, reason, at } = (value ?? {}) as Partial<Letter>
  return typeof emailId === 'string' && typeof reason === 'string' && typeof at === 'number'
}
