import type { HostFacts } from '../mail/doctor/facts.ts'
import type { Log } from './log.ts'

/** Counts feedback that nothing came of since this process began, and logs why. */
export function refusedFeedback(log: Log) {
  let count = 0
  return {
    refused: (reason: string) => {
      count += 1
      log({ level: 'warn', what: 'feedback refused', reason })
    },
    withCount: (facts: () => Promise<HostFacts>) => async (): Promise<HostFacts> => ({
      ...(await facts()),
      refusedFeedback: count,
    }),
  }
}
