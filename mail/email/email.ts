import type { Mailbox } from './mailbox.ts'
import type { OutcomeKind, RefusedRecipient } from './outcome.ts'
import type { EngineName } from './engine-name.ts'
import { defaultProject } from './project.ts'
import type { BounceKind } from './signal.ts'
import type { EmailState, RecipientState } from './states.ts'
import { usualStream, type Stream } from './stream.ts'
import type { SuppressionReason } from './suppression.ts'

/**
 * What Postern knows of an email: its record. Holds no content, so that it stays small
 * enough to be written often. All times are milliseconds since the epoch.
 */
export interface Email {
  /** UUIDv7 (RFC 9562): ids sort by the time of acceptance. */
  readonly id: string
  /** The key that asked for it, or `local` where no key is needed. */
  readonly owner: string
  readonly project: string
  readonly stream: Stream
  readonly createdAt: number
  /** The caller's own, or `<id@from-domain>`; the same on every copy whatever happens later. */
  readonly messageId: string
  readonly from: Sender
  /** Who sent it for the author, as the caller says; the From policy decides. */
  readonly sender?: Mailbox
  /** Where the caller wants bounces, unless that is From; empty: nowhere. The policy decides. */
  readonly envelopeFrom?: string
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly bcc: readonly Mailbox[]
  readonly replyTo: readonly Mailbox[]
  readonly subject: string
  readonly tags: readonly Tag[]
  /** Bytes of content as it was accepted. */
  readonly size: number
  /** Sticky: captured even if the engine sends when its turn comes. */
  readonly capture: boolean
  readonly onAmbiguous: OnAmbiguous
  /** The one engine to use, whatever the settings say: chosen by a person who released it. */
  readonly engine?: EngineName
  /** What may be paused or canceled together with it. */
  readonly group?: string
  /** The list that it goes to: who unsubscribes from that gets none of its emails. */
  readonly list?: string
  /** It goes to addresses that are suppressed for these reasons alone. */
  readonly ignoreSuppressions?: readonly SuppressionReason[]
  /** What its words were made from. */
  readonly template?: UsedTemplate
  /** Where it stands in a trace, as its request said (`mail/email/traceparent.ts`). */
  readonly traceparent?: string

  readonly state: EmailState
  /** Starts at 1; every claim, settle and change adds one. */
  readonly revision: number
  /** The envelope: each address once. */
  readonly recipients: readonly Recipient[]
  /** When it was asked to leave; `createdAt` unless scheduled. */
  readonly dueAt: number
  readonly scheduled: boolean
  /** Since when its patience is counted: the due time, or the last retry by a person. */
  readonly since: number
  /** Attempts that count towards the retry delay: those that reached a willing engine. */
  readonly attempts: number
  readonly timeline: readonly TimelineEntry[]
  readonly nextAttemptAt?: number
  readonly lastReason?: string
  readonly settledAt?: number
  /** Who holds it while it is being sent, and until when. */
  readonly claim?: string
  readonly leaseUntil?: number
}

/** What may change after acceptance. */
export const changeable = [
  'state',
  'recipients',
  'dueAt',
  'since',
  'attempts',
  'timeline',
  'nextAttemptAt',
  'lastReason',
  'settledAt',
] as const satisfies readonly (keyof Email)[]

export type Changeable = (typeof changeable)[number]

/** `undefined` removes the value. */
export type EmailChange = Partial<Pick<Email, Changeable>>

/** What never changes after acceptance; the claim and the revision are the store's to change. */
export type Accepted = Omit<Email, Changeable | 'id' | 'revision' | 'claim' | 'leaseUntil'>

/** The rest, every field named: what a store writes again while the email goes its way. */
export type Changing = { [Field in Exclude<keyof Email, keyof Accepted>]: Email[Field] }

/** As the caller gave it; the From policy decides at delivery who stands in the headers. */
export interface Sender {
  readonly address?: string
  readonly name?: string
}

export interface Recipient {
  readonly address: string
  readonly state: RecipientState
  /** The last reply about this recipient, in the server's words. */
  readonly reason?: string
  /** Attempts that may have sent a copy, since a person last asked for it; absent when none. */
  readonly doubts?: number
  /** When that became of it which a signal told, as its source says; absent before any. */
  readonly toldAt?: number
  /** Of a recipient that bounced. */
  readonly bounce?: Exclude<BounceKind, 'autoReply'>
  /** A server's report stands behind the bounce. */
  readonly reported?: true
}

/** A template as it was when an email was made from it. */
export interface UsedTemplate {
  readonly name: string
  readonly version: string
  readonly locale: string
}

export interface Tag {
  readonly name: string
  readonly value: string
}

export const onAmbiguousChoices = ['retry', 'hold'] as const

export type OnAmbiguous = (typeof onAmbiguousChoices)[number]

/** What a signal told; `proven`: that an attempt which was left in doubt did send it. */
export const toldWords = [
  'proven',
  'delivered',
  'delayed',
  'bounced',
  'autoReply',
  'complained',
  'suppressed',
  'rejected',
  'unsubscribed',
] as const

export type ToldWord = (typeof toldWords)[number]

export const timelineWords = [
  'accepted',
  'attempt',
  'retried',
  'canceled',
  'rescheduled',
  'held',
  'gaveUp',
  ...toldWords,
] as const

/** One thing that happened to an email. */
export interface TimelineEntry {
  readonly at: number
  readonly what: (typeof timelineWords)[number]
  readonly engine?: string
  readonly outcome?: OutcomeKind
  /** Who stood in From, or was to, where the settings chose another than the email names. */
  readonly from?: string
  readonly reason?: string
  /** Whom a signal is about, where there are several recipients. */
  readonly address?: string
  readonly remoteId?: string
  readonly refused?: readonly RefusedRecipient[]
}

/** What travels in the job or is kept at `content/<id>`: everything the record does not hold. */
export type Content =
  | StructuredContent
  | {
      readonly kind: 'raw'
      /** A whole MIME email as SMTP submission brings it, base64. */
      readonly mime: string
    }

export interface StructuredContent {
  readonly kind: 'structured'
  readonly html?: string
  /** `""` means: no text part, also not one derived from the html. */
  readonly text?: string
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: readonly Attachment[]
}

export interface Attachment {
  readonly filename: string
  /** Base64 (RFC 4648 section 4), without line breaks. */
  readonly content: string
  readonly contentType: string
  /** Present: inline, referred to as `cid:`. */
  readonly contentId?: string
  /**
   * Where the bytes still are, in a request: `content` is empty then, and so are a name and a type
   * that the caller left open. Never in an email that was accepted.
   */
  readonly source?: AttachmentSource
}

export type AttachmentSource =
  { readonly kind: 'upload'; readonly id: string } | { readonly kind: 'url'; readonly url: string }

/** SMTP MAIL FROM and RCPT TO: who really gets it. */
export interface Envelope {
  readonly from: string
  readonly to: readonly string[]
}

/** The record of what a store kept; what was removed is absent. Early ones name no project or stream. */
export function emailFrom(accepted: Accepted, changing: Changing): Email {
  const { project = defaultProject, stream = usualStream, ...rest }: Partial<Accepted> = accepted
  const email: Record<string, unknown> = { ...rest, project, stream }
  for (const [name, value] of Object.entries(changing)) if (value !== undefined) email[name] = value
  return email as unknown as Email
}

/** Most entries a timeline keeps: a day of hourly retries and the doubling before them. */
const longestTimeline = 60

/** The timeline with one more entry; the first stays, the oldest of the rest give way. */
export function withEntry(
  timeline: readonly TimelineEntry[],
  entry: TimelineEntry,
): readonly TimelineEntry[] {
  return bounded([...timeline, entry])
}

/** The timeline with what a signal tells, at the time when that happened; once, however often. */
export function withTold(
  timeline: readonly TimelineEntry[],
  entry: TimelineEntry,
): readonly TimelineEntry[] {
  const { at, what, address } = entry
  const isIt = (one: TimelineEntry) =>
    one.at === at && one.what === what && one.address === address && one.reason === entry.reason
  if (timeline.some(isIt)) return timeline
  const before = timeline.findLastIndex((one, index) => index === 0 || isBefore(one, entry)) + 1
  return bounded([...timeline.slice(0, before), entry, ...timeline.slice(before)])
}

/** In the order of time; at the same time in one order, whichever was told first. */
function isBefore(one: TimelineEntry, other: TimelineEntry): boolean {
  if (one.at !== other.at) return one.at < other.at
  if (!isTold(one)) return true
  return JSON.stringify(one) < JSON.stringify(other)
}

function isTold({ what }: TimelineEntry): boolean {
  return (toldWords as readonly string[]).includes(what)
}

function bounded([first, ...rest]: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return first ? [first, ...rest.slice(-(longestTimeline - 1))] : []
}
