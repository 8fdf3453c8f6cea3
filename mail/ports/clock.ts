/** Time, in milliseconds since the epoch: injected, so that tests own it. */
export interface Clock {
  now(): number
  /** Calls at `time` at the earliest, and later than now. What it returns takes that back. */
  at(time: number, call: () => void): () => void
  /** Resolves at `time` at the earliest, or as soon as the signal aborts. Never rejects. */
  until(time: number, signal: AbortSignal): Promise<void>
}
