import type { Postern } from '../mail/ports/postern.ts'

/** How often what was sent is written down and judged, in milliseconds. */
const everyMs = 5_000

/** Judges the senders while the process runs, and writes down what it counted when it ends. */
export function guardSenders(
  { clock, guardian }: Pick<Postern, 'clock' | 'guardian'>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController()

  async function run() {
    while (!stopping.signal.aborted) {
      await guardian.look().catch(onError)
      await clock.until(clock.now() + everyMs, stopping.signal)
    }
    await guardian.close().catch(onError)
  }

  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
