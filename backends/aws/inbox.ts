import type { Job } from '../../mail/ports.ts'

/** The consuming side of the queue: what a message is, and what becomes of it. */
export interface Inbox {
  /** Reads the body of a message, and what it points to. */
  read(body: string): Promise<Arrival>
  /** Has SQS show a message again after so many seconds, at most 12 hours. */
  defer(receiptHandle: string, seconds: number): Promise<void>
  /** Puts each job of a request on the queue by itself. Twice does no harm. */
  fanOut(jobs: readonly Job[]): Promise<void>
  /** Puts what is no job among the dead letters, as it came. */
  bury(body: string, reason: string): Promise<void>
}

export type Arrival =
  | { readonly kind: 'job'; readonly job: Job }
  /** Jobs that were accepted as one: this message is what makes them durable. */
  | { readonly kind: 'request'; readonly jobs: readonly Job[] }
  /** A schedule that fired: only the id. */
  | { readonly kind: 'pointer'; readonly id: string }
  /** What a direct producer put: JSON that is not ours, so perhaps an email. */
  | { readonly kind: 'email'; readonly body: unknown }
  | { readonly kind: 'unreadable'; readonly reason: string }
