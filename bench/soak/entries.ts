/** What the logs of a soak hold; all times are milliseconds since the epoch. */

/** Of each email: once `try`, then what became of every request for it. */
export type ProducerEntry = { readonly at: number; readonly n: number } & (
  | { readonly what: 'try' }
  /** Postern said yes. */
  | { readonly what: 'ack'; readonly id: string }
  /** No answer, or one that says nothing of whether it was taken. */
  | { readonly what: 'unknown'; readonly why: string }
)

export type SinkEntry = { readonly at: number } &
  /** Written before anything is answered. */
  (
    | Stored
    /** Refused for good: these get no copy. */
    | { readonly what: 'refused'; readonly n: number; readonly to: readonly string[] }
    | { readonly what: 'fault'; readonly n: number; readonly fault: string }
    | { readonly what: 'down' | 'up' }
  )

export interface Stored {
  readonly at: number
  readonly what: 'stored'
  /** Since when its connection was there: both ends were alive then. */
  readonly openedAt: number
  /** The number that the addresses hold; undefined when they are of no email of this soak. */
  readonly n?: number
  readonly to: readonly string[]
  /** The number that the subject holds. */
  readonly subjectNumber?: number
  /** Of the text, html and file in it. */
  readonly digest: string
  /** SHA-256 of the bytes as they came. */
  readonly bytes: string
  readonly fault: string
  /** Until when the 250 was to be written. */
  readonly answeredAt: number
}

export type KillerEntry = { readonly at: number } & (
  | { readonly what: 'started' }
  /** How long it took, in milliseconds. */
  | { readonly what: 'ready'; readonly ms: number }
  /** Kilobytes resident right before. */
  | { readonly what: 'killed'; readonly wasReady: boolean; readonly rss?: number }
)

/** An event that an endpoint was told, and what it answered: written before that. */
export interface ToldEntry {
  readonly at: number
  /** The same at every attempt. */
  readonly id: string
  readonly type: string
  readonly emailId: string
  readonly recipient: string
  readonly answer: 'taken' | 'refused' | 'cut'
  readonly isSigned: boolean
}
