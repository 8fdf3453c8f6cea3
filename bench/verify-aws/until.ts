import { setTimeout as pause } from 'node:timers/promises'

export interface Patience {
  /** In milliseconds. */
  readonly longest: number
  readonly every: number
}

/** What is found at last; undefined when patience ends before. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  { longest, every }: Patience,
): Promise<T | undefined> {
  const end = Date.now() + longest
  for (;;) {
    const found = await look()
    if (found !== undefined || Date.now() >= end) return found
    await pause(every)
  }
}
