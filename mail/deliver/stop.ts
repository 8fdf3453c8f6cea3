/** How a host stops, in two steps. */
export interface Stop {
  /** Nothing new begins; what was begun goes on. */
  readonly stopping: AbortSignal
  /** What was begun ends at once: in doubt, where an engine may have taken it already. */
  readonly ending: AbortSignal
}

/** What an attempt knows of its host. */
export interface Host extends Stop {
  /** Called when the engine has answered: all that is left is to write it down. */
  readonly answered?: () => void
}

export const noStop: Stop = {
  stopping: new AbortController().signal,
  ending: new AbortController().signal,
}
