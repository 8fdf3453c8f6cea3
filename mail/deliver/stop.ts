/** How a host stops, in two steps. */
export interface Stop {
  /** Nothing new begins; what was begun goes on. */
  readonly stopping: AbortSignal
  /** What was begun ends at once: in doubt, where an engine may have taken it already. */
  readonly ending: AbortSignal
}

export const noStop: Stop = {
  stopping: new AbortController().signal,
  ending: new AbortController().signal,
}
