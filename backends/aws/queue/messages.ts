import { isId } from '../../../mail/email/id.ts'
import type { Job } from '../../../mail/email/job.ts'
import { jsonIn } from '../../../mail/email/json.ts'

/** What Postern itself puts on a queue. */
export type OwnMessage =
  | { readonly kind: 'job'; readonly job: Job }
  /** Emails that were accepted together: their jobs, to be put one by one. */
  | { readonly kind: 'jobs'; readonly jobs: readonly Job[] }
  /** The same, too large for a message. */
  | { readonly kind: 'jobsAt'; readonly key: string }
  /** An email whose time has come. */
  | { readonly kind: 'due'; readonly id: string }
  /** What `bury` puts on the dead-letter queue. */
  | { readonly kind: 'letter'; readonly letter: Letter }

/** What the body of a message is by its form; whether it is true is for its proof to say. */
export type ParsedMessage =
  | { readonly kind: 'own'; readonly claim: Claim }
  /** A body of POST /emails, put there by an application that does not use HTTP. */
  | { readonly kind: 'email'; readonly body: unknown }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** A message that says it is Postern's. */
export interface Claim {
  readonly format: unknown
  /** What the proof is about. */
  readonly text: () => string
  readonly proof: unknown
  /** Undefined where it has no form that this version knows. */
  readonly message?: OwnMessage
}

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
export const format = 1

/** @param prove makes the proof of a text, whatever the format is */
export function writeMessage(message: OwnMessage, prove: (text: string) => string): string {
  const { kind: _, ...rest } = message
  const text = JSON.stringify(rest)
  const head = JSON.stringify({ postern: format, proof: prove(text) })
  // JSON escapes control characters and halves of surrogate pairs; these two are all that is left
  // of what XML cannot carry, and SQS refuses (https://www.w3.org/TR/REC-xml/#charsets).
  return `${head.slice(0, -1)},${text.slice(1)}`
    .replaceAll('\ufffe', '\\ufffe')
    .replaceAll('\uffff', '\\uffff')
}

export function parseMessage(body: string): ParsedMessage {
  const parsed = jsonIn(body)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { kind: 'unreadable', reason: 'the queue message is not a JSON object' }
  const { postern, proof, ...rest } = parsed as Readonly<Record<string, unknown>>
  if (postern === undefined) return { kind: 'email', body: parsed }
  // Written again, it is what was proven: keys keep their order, and nothing else can differ.
  const text = () => JSON.stringify(rest)
  return { kind: 'own', claim: { format: postern, text, proof, message: ours(rest) } }
}

function ours(rest: Readonly<Record<string, unknown>>): OwnMessage | undefined {
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

/** The jobs that an object in the bucket holds; undefined where it holds none. */
export function jobsIn(text: string): readonly Job[] | undefined {
  const parsed = parseMessage(text)
  const message = parsed.kind === 'own' ? parsed.claim.message : undefined
  return message?.kind === 'jobs' ? message.jobs : undefined
}
