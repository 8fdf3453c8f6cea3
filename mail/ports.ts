import type { RefusedMember } from './batch-members.ts'
import type { Content, Email, EmailChange } from './email.ts'
import type { Outcome, Verdict } from './outcome.ts'
import type { Parcel } from './parcel.ts'
import type { EngineName, SavedSettings } from './settings.ts'
import type { EmailState } from './states.ts'

/**
 * What Postern needs from the place it runs in. Each driver passes the suite of its port in
 * `test/conformance`. A driver that cannot do something throws; it never silently does nothing.
 * A promise that resolves means: durable, it survives `kill -9` and a power cut.
 */
export interface Backend {
  readonly intake: Intake
  readonly emails: Emails
  readonly idempotency: Idempotency
  readonly keys: Keys
  readonly sessions: Sessions
  readonly groups: Groups
  readonly queue: Queue
  readonly deadLetters: DeadLetters
  readonly blobs: Blobs
  readonly captures: Captures
  readonly settings: SettingsStore
  readonly standing: Standing
  readonly stats: Stats
  readonly uploads: Uploads
  readonly web: Web
  readonly clock: Clock
}

/** Time, in milliseconds since the epoch: injected, so that tests own it. */
export interface Clock {
  now(): number
  /** Resolves at `time` at the earliest, or as soon as the signal aborts. Never rejects. */
  until(time: number, signal: AbortSignal): Promise<void>
}

/**
 * The way in: what accepting an email writes. `intakeInSteps` makes one of the other ports, for
 * places that cannot write all of it at once.
 */
export interface Intake {
  /**
   * Keeps emails with their contents and puts their jobs: all or none, also when the process dies
   * in between. What is there already under an email's id stays and gets its job again, because
   * the crash of an earlier try may have come before that.
   */
  put(arrivals: readonly Arrival[]): Promise<void>
}

export interface Arrival {
  readonly email: Email
  readonly content: Content
}

/** The records of all emails. Every write touches one record and is conditional. */
export interface Emails {
  /** Creates the record unless one with this id is there; says whether it did. */
  create(email: Email): Promise<boolean>
  /**
   * Takes an email for one attempt: `sending`, a fresh claim, a lease of `leaseSeconds`, if it is
   * claimable (mail/states.ts), under no live lease, and neither `dueAt` nor `nextAttemptAt` is
   * later than `now`.
   */
  claim(id: string, now: number, leaseSeconds: number): Promise<Claim>
  /**
   * Applies what an attempt came to and ends the claim and its lease, if `claim` still holds it.
   * Says whether it did: a holder that lost its lease changes nothing.
   *
   * @param done the job that is acknowledged then: in the same write where records and jobs lie
   * together, and by the host in any case
   */
  settle(id: string, claim: string, change: EmailChange, done?: Job): Promise<boolean>
  /**
   * Applies a change if the record still has the revision of `seen`: nothing happened to it since
   * it was read. The changed record, or undefined. (Cancel, reschedule, retry.)
   */
  change(seen: Email, change: EmailChange): Promise<Email | undefined>
  get(id: string): Promise<Email | undefined>
  /** Newest first. */
  list(query: EmailQuery): Promise<Page<Email>>
}

export type Claim =
  | {
      readonly kind: 'claimed'
      readonly email: Email
      readonly claim: string
      /** The lease of another holder had run out: that holder may have sent it. */
      readonly takenOver: boolean
    }
  | { readonly kind: 'leased'; readonly until: number }
  | { readonly kind: 'notDue'; readonly dueAt: number }
  | { readonly kind: 'notClaimable'; readonly state: EmailState }
  | { readonly kind: 'unknown' }

export interface EmailQuery {
  /** 1 to 100. */
  readonly limit: number
  /** The page after (older than) or before (newer than) this id. */
  readonly after?: string
  readonly before?: string
  readonly state?: EmailState
  /** An exact recipient address, or an id. */
  readonly q?: string
}

export interface Page<Item> {
  readonly data: readonly Item[]
  readonly hasMore: boolean
}

/** Remembers for 24 hours which email answered which Idempotency-Key. */
export interface Idempotency {
  /** Writes the entry unless a live one is there, which it then returns untouched. */
  begin(entry: IdempotencyEntry, now: number): Promise<IdempotencyEntry | undefined>
  /** Marks the entry as answered: from now on a replay gets the first answer. */
  finish(owner: string, key: string): Promise<void>
  /**
   * Says that nobody works on the entry any more (`startedAt` becomes 0): the next try continues
   * under the same id instead of waiting. The entry stays, because its email may have got through.
   */
  release(owner: string, key: string): Promise<void>
}

export interface IdempotencyEntry {
  readonly owner: string
  readonly key: string
  /** The id that the email has or will have; of a batch, what the ids of its emails are told from. */
  readonly id: string
  /** The emails of a batch that were refused when it began: a replay refuses the same. */
  readonly refused?: readonly RefusedMember[]
  /** SHA-256 of the request, hexadecimal. */
  readonly bodyHash: string
  readonly startedAt: number
  readonly expiresAt: number
  readonly finished: boolean
}

/** API keys. Only the SHA-256 of a token is kept. */
export interface Keys {
  create(key: ApiKey): Promise<void>
  findByHash(hash: string): Promise<ApiKey | undefined>
  list(): Promise<readonly ApiKey[]>
  /** Changes the name or the time of last use; says whether the key is there. */
  change(id: string, change: Partial<Pick<ApiKey, 'name' | 'lastUsedAt'>>): Promise<boolean>
  revoke(id: string): Promise<boolean>
}

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly hash: string
  readonly permission: 'full_access' | 'sending_access'
  /** Only this sender domain may stand in From. */
  readonly domain?: string
  /** Emails of this key are captured whatever the engine is. */
  readonly capture: boolean
  readonly createdAt: number
  readonly lastUsedAt?: number
}

/** What the queue holds: an email's id, and its content unless that lies at `content/<id>`. */
export interface Job {
  readonly id: string
  readonly content?: Content
  /** As in the record, so that a worker knows without reading it whether an engine is needed. */
  readonly capture: boolean
  readonly since: number
  /** As in the record: the engine that a person chose. */
  readonly engine?: EngineName
  /** As in the record: what may be paused or canceled together with it. */
  readonly group?: string
  /** How many recipients wait: what a rate is counted in. */
  readonly recipients: number
  /** Emails of one lane wait for each other; those of other lanes pass them by. */
  readonly lane: string
  /** To be taken at this time at the earliest; at once unless given. */
  readonly dueAt?: number
}

/** The waiting jobs. Taking them off is the host's: a Lambda batch, or the local worker. */
export interface Queue {
  readonly limits: QueueLimits
  /**
   * Puts jobs: all of them or none, also when the process dies in between, so that one put is the
   * point at which a batch is accepted. They are durable when it resolves.
   */
  put(jobs: readonly Job[]): Promise<void>
  /** Removes what waits for a later time, where the queue can; a stray job has no effect. */
  cancel(id: string): Promise<void>
  /** Moves a job to the dead letters: given up, or not readable. */
  bury(job: Job, reason: string): Promise<void>
  depth(now: number): Promise<QueueDepth>
}

export interface QueueLimits {
  /** Largest content that travels in a job, in bytes of JSON; above, it goes to `content/<id>`. */
  readonly inlineBytes: number
  /** Most jobs that one call to `put` takes. */
  readonly batch: number
}

export interface QueueDepth {
  /** Jobs that wait for an attempt, due or deferred. */
  readonly depth: number
  /** Jobs in the hand of a worker; those of a queue that cannot tell count as waiting. */
  readonly sending: number
  readonly scheduled: number
  readonly held: number
  readonly deadLetters: number
  /** Age of the oldest job that is due, in seconds; 0 when none is. */
  readonly oldestAgeSeconds: number
}

/** Jobs that were given up, each with its reason. */
export interface DeadLetters {
  list(query: { limit: number; after?: string }): Promise<Page<DeadLetter>>
  get(id: string): Promise<DeadLetter | undefined>
  remove(id: string): Promise<boolean>
}

export interface DeadLetter {
  readonly id: string
  readonly emailId: string
  readonly reason: string
  readonly at: number
}

/** Bytes by name: contents too large for the queue, contents saved for a retry. */
export interface Blobs {
  put(key: string, bytes: Uint8Array): Promise<void>
  get(key: string): Promise<Uint8Array | undefined>
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>
}

/** Emails that were kept instead of sent. */
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
  /** All there are, whatever the query. */
  count(): Promise<CaptureCount>
  get(id: string): Promise<{ capture: Capture; eml: Uint8Array } | undefined>
  /** Marks as read or unread; says whether it is there. */
  mark(id: string, seen: boolean): Promise<boolean>
  /** Removes these, or all; the number removed. */
  remove(ids: readonly string[] | 'all'): Promise<number>
  /** Resolves when a capture may have been added since the call, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>
}

export interface Capture {
  readonly id: string
  readonly emailId: string
  readonly at: number
  readonly from: string
  /** The envelope: who would have got it, Bcc included. */
  readonly to: readonly string[]
  readonly subject: string
  readonly size: number
  readonly seen: boolean
}

export interface CaptureCount {
  readonly total: number
  readonly unread: number
}

export interface CaptureQuery {
  readonly limit: number
  /** The page after (older than) or before (newer than) this id. */
  readonly after?: string
  readonly before?: string
  /** One exact recipient address. */
  readonly to?: string
  /** Part of the subject, in any case. */
  readonly subject?: string
  /**
   * As somebody typed it: all of its words, or their beginnings, stand in the recipients, the
   * subject or the text, without regard to case and accents.
   */
  readonly q?: string
}

/** Large attachments, which come ahead of their email. Each belongs to the caller who opened it. */
export interface Uploads {
  /** Largest upload, in bytes. */
  readonly limits: { readonly bytes: number }
  /**
   * Announces an upload. Where its bytes are to be PUT without any key until it expires, or
   * undefined: at the API, which calls `put`.
   */
  open(upload: Upload): Promise<UploadPlace | undefined>
  /**
   * Keeps the bytes; says whether an upload of this size was announced and has not expired. Once
   * more replaces them.
   */
  put(owner: string, id: string, bytes: Uint8Array, now: number): Promise<boolean>
  /** What was uploaded, as often as asked, until it expires; undefined while no bytes came. */
  get(
    owner: string,
    id: string,
    now: number,
  ): Promise<{ readonly upload: Upload; readonly bytes: Uint8Array } | undefined>
}

export interface Upload {
  readonly id: string
  readonly owner: string
  readonly size: number
  readonly contentType: string
  /** The name of the attachment, unless that says another. */
  readonly filename?: string
  readonly expiresAt: number
}

export interface UploadPlace {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** The world outside, as far as accepting an email needs it. */
export interface Web {
  /**
   * GETs what lies at an https URL: resolved once, every address checked against the ranges that
   * are not global, pinned, without redirects.
   *
   * @param mostBytes what is longer is refused while it is read
   * @returns the bytes, or in words for the caller why not
   */
  download(url: string, mostBytes: number, signal: AbortSignal): Promise<Download>
  /** What the DNS holds; none when the name has no such records. @throws when it cannot be asked */
  records(name: string, type: 'TXT' | 'CNAME' | 'MX'): Promise<readonly string[]>
}

export type Download =
  | { readonly kind: 'downloaded'; readonly bytes: Uint8Array; readonly contentType?: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** Who is signed in to the console. Only the SHA-256 of a session's token is kept. */
export interface Sessions {
  create(session: Session): Promise<void>
  /** Undefined when it is not there or has expired. */
  findByHash(hash: string, now: number): Promise<Session | undefined>
  /** Removing what is not there is no error. */
  remove(hash: string): Promise<void>
}

export interface Session {
  readonly hash: string
  /** The key it was opened with: once that is revoked the session is worth nothing. */
  readonly keyHash: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** Emails that can be paused or canceled together while they wait. */
export interface Groups {
  /** Also forgets those that have expired, where nothing else does. */
  create(group: Group): Promise<void>
  /** Sees every change that was answered before. Undefined when it is not there or has expired. */
  get(id: string, now: number): Promise<Group | undefined>
  /** Stops it, or lets it go on; says whether it is there. */
  stop(id: string, stop: GroupStop | undefined, now: number): Promise<boolean>
  /** All that are stopped. */
  stopped(now: number): Promise<readonly Group[]>
}

export interface Group {
  readonly id: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly stop?: GroupStop
}

export type GroupStop = 'pause' | 'cancel'

/** How many emails settled, by the hour and by the state they settled in. */
export interface Stats {
  /** Whole hours from the one that holds `from` to the one that holds `to`, without empty ones. */
  read(from: number, to: number): Promise<readonly HourOfStats[]>
}

export interface HourOfStats {
  /** Its first millisecond. */
  readonly at: number
  readonly settled: Readonly<Partial<Record<EmailState, number>>>
}

/** The saved settings and the secrets. */
export interface SettingsStore {
  /** Most bytes of the document, as JSON without spaces. */
  readonly limits: { readonly bytes: number }
  /** The saved document as it lies there, unchecked: `settings` is undefined when none was saved. */
  read(): Promise<StoredSettings>
  /**
   * Writes new secret versions first, then the document that names them, if `expectedVersion`
   * is still current. Undefined when it is not: nothing in force was touched.
   */
  write(
    settings: SavedSettings,
    secrets: Readonly<Record<string, string>>,
    expectedVersion: string,
  ): Promise<StoredSettings | undefined>
  /** Secrets by name and version, as a settings document pins them; missing ones are left out. */
  readSecrets(refs: Readonly<Record<string, number>>): Promise<Readonly<Record<string, string>>>
}

export interface StoredSettings {
  readonly settings: unknown
  /** Opaque; changes whenever the document does. */
  readonly version: string
  readonly savedAt?: number
  /** Why the document could not be read at all, such as text that is not JSON. */
  readonly fault?: string
}

/** How the engines stand, shared by all workers: a pause in one process's memory is no pause. */
export interface Standing {
  read(engine: string): Promise<EngineStanding>
  /**
   * Pauses until `until`, if `pauses` is still the number of pauses in a row; which it then adds
   * one to. So twenty workers that are blocked at once pause it once.
   */
  pause(engine: string, pauses: number, until: number, reason: string): Promise<void>
  /**
   * When a pause is over at `now`: true for exactly one caller, who may try one email; for the
   * others it goes on until `until`.
   */
  takeProbe(engine: string, now: number, until: number): Promise<boolean>
  /** Ends the pause and forgets how many there were. */
  resume(engine: string): Promise<void>
  readVerdict(): Promise<StoredVerdict | undefined>
  writeVerdict(verdict: StoredVerdict): Promise<void>
}

export interface EngineStanding {
  readonly pausedUntil?: number
  readonly reason?: string
  /** Pauses in a row: the next one is longer. */
  readonly pauses: number
}

/** What the last `verify` said. */
export interface StoredVerdict {
  /** The settings it is about, all layers together. */
  readonly about: string
  readonly at: number
  readonly engines: Readonly<Record<string, Verdict>>
}

/**
 * How an email leaves. Exactly one try per call and no retry inside; obeys the signal; tells
 * every foreseeable end as an outcome and throws only when it is broken itself.
 */
export interface Engine {
  readonly name: string
  send(parcel: Parcel, signal: AbortSignal): Promise<Outcome>
  verify(signal: AbortSignal): Promise<Verdict>
  /** Most recipients per second that the remote allows; null when it sets no rate, or cannot say. */
  rate(signal: AbortSignal): Promise<number | null>
  /** Lets connections go. May be called twice. */
  close(): Promise<void>
}
