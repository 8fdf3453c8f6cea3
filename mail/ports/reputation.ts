import type { Scope } from '../email/project.ts'

/**
 * How the recipients took what was sent, by project and sender domain: what providers judge a sender
 * by. Counts of an hour are kept for eight days, watches for thirty.
 */
export interface Reputation {
  /** Adds to what is counted of these hours. Where an answer is lost, it may have been added twice. */
  add(counts: readonly SenderCount[]): Promise<void>
  /** What is counted, by sender and hour, from the hour that holds `from` on. */
  read(scope: Scope, from: number): Promise<readonly SenderHour[]>
  /** All that were ever warned of, those included that are well again. */
  watches(scope: Scope): Promise<readonly Watch[]>
  /**
   * Puts a watch in the place of the sender's one, if that is still the one that was seen: true for
   * one caller of several.
   *
   * @param seen `since` of the one that it replaces; undefined: there was none
   */
  watch(watch: Watch, seen: number | undefined): Promise<boolean>
}

/** Whom a receiver sees: the domain that stood in From, and whose emails they were. */
export interface SenderName {
  readonly project: string
  readonly domain: string
}

/** Recipients, not emails. */
export interface SenderTally {
  /** An engine was asked to send to them, and took them or refused them for good. */
  readonly sent: number
  readonly bounced: number
  readonly complained: number
}

/** What is to be added to the hour that holds `at`: the one in which it was sent, whatever came later. */
export interface SenderCount extends SenderName, Partial<SenderTally> {
  readonly at: number
}

export interface SenderHour extends SenderName, SenderTally {
  /** Its first millisecond. */
  readonly at: number
}

/** How a sender stands: bulk email of one that is held waits. */
export type WatchLevel = 'well' | 'warned' | 'held'

export interface Watch extends SenderName {
  readonly level: WatchLevel
  /** Milliseconds since the epoch. */
  readonly since: number
  /** In words for a person. */
  readonly reason: string
  /** What was sent before no longer counts, because a person let the sender go on. */
  readonly countedFrom?: number
}
