/** Wakes those who wait for something to happen. */
interface Bell {
  readonly ring: () => void
  /** Resolves at the next ring after this call, or when the signal aborts. */
  readonly next: (signal: AbortSignal) => Promise<void>
}

export function bell(): Bell {
  const waiting = new Set<() => void>()
  return {
    ring() {
      for (const wake of [...waiting]) wake()
    },
    next: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        waiting.add(wake)
        signal.addEventListener('abort', wake)
        function wake() {
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
      }),
  }
}
