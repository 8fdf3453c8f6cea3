import type { CountedEvent } from '../email/event.ts'
import type { Scope } from '../email/project.ts'
import type { EmailState } from '../email/states.ts'

/**
 * How many emails settled, by the hour and by what attempts or persons made of them then; and of how
 * many recipients something was told, by the hour in which it was.
 */
export interface Stats {
  /** Whole hours from the one that holds `from` to the one that holds `to`, without empty ones. */
  read(scope: Scope, from: number, to: number): Promise<readonly HourOfStats[]>
}

export interface HourOfStats {
  /** Its first millisecond. */
  readonly at: number
  readonly settled: Readonly<Partial<Record<EmailState, number>>>
  readonly told: Readonly<Partial<Record<CountedEvent, number>>>
}
