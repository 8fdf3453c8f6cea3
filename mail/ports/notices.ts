import type { EventType } from '../email/event.ts'
import type { NoticeState } from '../email/webhook.ts'
import type { Page } from './page.ts'

/**
 * What endpoints are told, and what came of it. Kept for 30 days. Handing out those that are due is
 * the host's, as with the queue of jobs.
 */
export interface Notices {
  /** Durable and due when it resolves. One that is there already stays as it is, and still comes. */
  put(notices: readonly NewNotice[]): Promise<void>
  get(webhookId: string, id: string): Promise<Notice | undefined>
  /** Of one endpoint, newest first. */
  list(query: NoticeQuery): Promise<Page<Notice>>
  /** Writes down what an attempt came to. */
  settle(notice: Notice, change: NoticeChange): Promise<void>
  /** Makes it wait again, due at this time, with as many attempts as a new one. */
  replay(notice: Notice, at: number): Promise<void>
  /** Forgets all of an endpoint. */
  removeAll(webhookId: string): Promise<void>
}

export interface NewNotice {
  readonly webhookId: string
  /** Of the event: the same for every endpoint and at every attempt. */
  readonly id: string
  readonly type: EventType | 'webhook.test'
  /** When it was put, in milliseconds since the epoch. */
  readonly putAt: number
  /** What the endpoint is sent, or its part of that; the same at every attempt. */
  readonly body: string
  /** Where the email that it is about stands in a trace. */
  readonly traceparent?: string
}

export interface Notice extends NewNotice {
  readonly state: NoticeState
  /** When it is due, while it waits. */
  readonly dueAt?: number
  /** Those made since it was put or told again. */
  readonly attempts: number
  /** The last ones, oldest first. */
  readonly tries: readonly NoticeTry[]
}

/** One request, and what came back. */
export interface NoticeTry {
  readonly id: string
  readonly at: number
  readonly ms: number
  readonly status?: number
  /** The beginning of the answer, or why there was none. Hostile. */
  readonly text: string
}

export type NoticeChange = Pick<Notice, 'state' | 'dueAt' | 'attempts' | 'tries'>

export interface NoticeQuery {
  readonly webhookId: string
  /** 1 to 100. */
  readonly limit: number
  /** The page after (older than) or before (newer than) this id. */
  readonly after?: string
  readonly before?: string
  readonly states?: readonly NoticeState[]
  /** Only what was put at this time or later. */
  readonly since?: number
}
