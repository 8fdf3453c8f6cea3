import type { Outcome, Verdict } from '../email/outcome.ts'
import type { Parcel } from '../email/parcel.ts'

/**
 * How an email leaves. Exactly one try per call and no retry inside; obeys the signal; returns
 * every foreseeable end as an outcome and throws only when it is broken itself.
 */
export interface Engine {
  readonly name: string
  send(parcel: Parcel, signal: AbortSignal): Promise<Outcome>
  verify(signal: AbortSignal): Promise<Verdict>
  /** Most recipients per second that the remote allows; null when it sets no rate, or cannot say. */
  rate(signal: AbortSignal): Promise<number | null>
  /** Closes connections. May be called twice. */
  close(): Promise<void>
}
