import type { Outline } from '../email/outline.ts'
import type { Scope } from '../email/project.ts'
import type { Page } from './page.ts'

/** Emails that were kept instead of sent. What lies outside of a scope is as if it were not there. */
export interface Captures {
  /**
   * Keeps one. The same id again only adds the recipients that are new, so that a second attempt
   * adds no second copy, and an email captured for one and later for another names both.
   *
   * @param text the words of the email, for finding it
   */
  add(capture: Capture, eml: Uint8Array, text: string): Promise<void>
  /** Newest first. With `q`: the newest captures first, whenever their emails were accepted. */
  list(query: CaptureQuery): Promise<Page<Capture>>
  /** Lists for one who looks again and again, for some seconds: may remember what it has read. */
  looker(): Lister
  /**
   * What was captured after a place, in the order of capturing: nothing is missing and nothing comes
   * twice, whenever its email was accepted. An email that is captured for others later comes again.
   *
   * @returns undefined for a place that this store never gave
   */
  news(query: NewsQuery): Promise<News | undefined>
  /** All in the scope, whatever the query; where counting is paid for, up to some thousands. */
  count(scope: Scope): Promise<CaptureCount>
  /** @param before is shown the capture before its bytes are read; when it throws they are not */
  get(
    id: string,
    scope: Scope,
    before?: (capture: Capture) => void,
  ): Promise<{ capture: Capture; eml: Uint8Array } | undefined>
  /** Marks as read or unread, or gives it other tags; says whether it exists. */
  change(id: string, change: CaptureChange, scope: Scope): Promise<boolean>
  /** Removes these, or all; the number removed. */
  remove(ids: readonly string[] | 'all', scope: Scope): Promise<number>
  /** Resolves when a capture may have been added since the call, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>
}

/** What lists captures. */
export type Lister = Pick<Captures, 'list'>

export interface Capture {
  readonly id: string
  readonly emailId: string
  readonly project: string
  readonly at: number
  readonly from: string
  /** The envelope: who would have got it, Bcc included. */
  readonly to: readonly string[]
  readonly subject: string
  readonly size: number
  readonly seen: boolean
  /** Each once, whatever the case (mail/email/tag-words.ts). */
  readonly tags: readonly string[]
  /** What its header says; not kept of captures from before tags were. */
  readonly outline?: Outline
}

export type CaptureChange = Partial<Pick<Capture, 'seen' | 'tags'>>

export interface CaptureCount {
  readonly total: number
  readonly unread: number
}

export interface NewsQuery {
  readonly scope: Scope
  /** How many are looked at, those of others included. */
  readonly limit: number
  /** A place that was given before; now without one. */
  readonly after?: string
}

export interface News {
  readonly data: readonly { readonly place: string; readonly capture: Capture }[]
  /** Where to go on. */
  readonly place: string
  /** There is more than was looked at. */
  readonly hasMore: boolean
}

export interface CaptureQuery {
  readonly scope: Scope
  readonly limit: number
  /** The page after (older than) or before (newer than) this id. */
  readonly after?: string
  readonly before?: string
  /** One exact recipient address. */
  readonly to?: string
  /** Part of the subject, in any case. */
  readonly subject?: string
  /** One whole tag, in any case. */
  readonly tag?: string
  /**
   * As it was typed: all of its words, or their beginnings, occur in the recipients, the
   * subject or the text, without regard to case and accents.
   */
  readonly q?: string
}
