import type { AuditAction, AuditActor, AuditOutcome } from '../email/audit.ts'
import type { Scope } from '../email/project.ts'
import type { Page } from './page.ts'

/** Who changed what, kept for a year. */
export interface Audit {
  /** Writes a line, or writes the one with its id again. */
  put(line: AuditLine): Promise<void>
  /** Newest first. */
  list(query: AuditQuery): Promise<Page<AuditLine>>
}

/** Never a secret, an address or a content. */
export interface AuditLine {
  /** UUIDv7 (RFC 9562). */
  readonly id: string
  /** When it was asked for: milliseconds since the epoch. */
  readonly at: number
  /** `*`: what all projects share, or done for all. */
  readonly project: string
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  readonly by: AuditBy
  /** The id of what was changed, where it has one. */
  readonly about?: string
  /** Names of the settings and secrets that were changed. */
  readonly changes?: readonly string[]
}

export interface AuditBy {
  readonly actor: AuditActor
  /** The API key that was shown, or that the session was opened with, and its name then. */
  readonly id?: string
  readonly name?: string
}

export interface AuditQuery {
  readonly scope: Scope
  /** With what all projects share, for who may change that, whichever project is looked at. */
  readonly withShared?: boolean
  /** 1 to 100. */
  readonly limit: number
  /** The page after (older than) this id. */
  readonly after?: string
}
