/** The answers of the API, as far as the console reads them. */

export interface List<T> {
  readonly data: readonly T[]
  readonly has_more: boolean
}

export interface Health {
  readonly status: 'ok' | 'degraded'
  readonly mailer: {
    readonly engine: readonly string[]
    readonly valid: boolean
    readonly reason?: string
  }
  readonly queue: QueueDepth
  readonly settings: { readonly version: string; readonly faults: readonly SettingsFault[] }
  /** Its version. */
  readonly postern: string
}

export interface QueueDepth {
  readonly depth: number
  readonly sending: number
  readonly scheduled: number
  readonly held: number
  readonly deadLetters: number
  readonly oldestAgeSeconds: number
}

export interface SettingsFault {
  readonly path: string
  readonly rule: string
}

export interface EmailSummary {
  readonly id: string
  readonly state: string
  readonly created_at: string
  readonly owner: string
  readonly message_id: string
  readonly from: { readonly address?: string; readonly name?: string }
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
  readonly reply_to: readonly string[]
  readonly subject: string
  readonly tags: readonly { readonly name: string; readonly value: string }[]
  readonly size: number
  readonly capture: boolean
  readonly on_ambiguous: string
  readonly engine: string | null
  readonly last_engine?: string | null
  readonly scheduled: boolean
  readonly due_at: string
  readonly attempts: number
  readonly next_attempt_at: string | null
  readonly last_reason: string | null
  readonly settled_at: string | null
}

export interface EmailDetail extends EmailSummary {
  readonly recipients: readonly {
    readonly address: string
    readonly state: string
    readonly reason: string | null
  }[]
  readonly timeline: readonly TimelineEntry[]
}

export interface TimelineEntry {
  readonly at: string
  readonly what: string
  readonly engine?: string
  readonly outcome?: string
  readonly reason?: string
  readonly remote_id?: string
  readonly refused?: readonly {
    readonly address: string
    readonly kind: string
    readonly reason: string
  }[]
}

export interface CaptureSummary {
  readonly id: string
  readonly email_id: string
  readonly created_at: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly size: number
  readonly seen: boolean
}

export interface CaptureList extends List<CaptureSummary> {
  readonly total: number
  readonly unread: number
}

export interface CaptureDetail extends CaptureSummary {
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly header_from: readonly HeaderMailbox[]
  readonly header_to: readonly HeaderMailbox[]
  readonly header_cc: readonly HeaderMailbox[]
  readonly header_reply_to: readonly HeaderMailbox[]
  readonly text: string | null
  readonly html: string | null
  readonly links: readonly string[]
  readonly codes: readonly string[]
  readonly attachments: readonly {
    readonly n: number
    readonly filename: string
    readonly content_type: string
    readonly size: number
    readonly content_id: string | null
  }[]
  readonly malformed: string | null
}

export interface HeaderMailbox {
  readonly address: string
  readonly name: string
}

export interface Stats {
  readonly hours: readonly {
    readonly at: string
    readonly settled: Readonly<Record<string, number>>
  }[]
  readonly totals: Readonly<Record<string, number>>
}

export interface DeadLetter {
  readonly id: string
  readonly email_id: string
  readonly reason: string
  readonly created_at: string
}

export interface KeyItem {
  readonly id: string
  readonly name: string
  readonly created_at: string
  readonly last_used_at: string | null
  readonly permission: 'full_access' | 'sending_access'
  readonly domain: string | null
  readonly capture: boolean
}
