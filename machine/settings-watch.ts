import type { LocalBackend } from '../backends/local/index.ts'
import type { SettingsInForce } from '../mail/ports/in-force.ts'

/**
 * Milliseconds. What is in force may be 9.6 s old where something else asked for it in between, and
 * a change by hand takes effect within 15 s.
 */
const everyMs = 5_000

/**
 * Has what waits for its engine look again once the settings are others, also those of a new start.
 * A save does that by itself; of a file that was edited, or locks that were taken away, no one else
 * tells the queue.
 */
export function watchSettings(
  { clock, queue }: Pick<LocalBackend, 'clock' | 'queue'>,
  inForce: SettingsInForce,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let seen: string | undefined

  async function run() {
    while (!stopping.signal.aborted) {
      await look().catch(onError)
      await clock.until(clock.now() + everyMs, stopping.signal)
    }
  }

  async function look() {
    const { version } = await inForce.current()
    if (version !== seen) await queue.hasten()
    seen = version
  }

  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
