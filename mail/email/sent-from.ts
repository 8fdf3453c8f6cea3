import type { Email } from './email.ts'

/** The address in From: as settings chose it, where they did, else as the caller gave it. */
export function sentFrom({ from, timeline }: Pick<Email, 'from' | 'timeline'>): string | undefined {
  return timeline.findLast((entry) => entry.from !== undefined)?.from ?? from.address
}
