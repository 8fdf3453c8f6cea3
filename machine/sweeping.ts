import type { LocalBackend } from '../backends/local/index.ts'
import type { SettingsInForce } from '../mail/ports/in-force.ts'

/** Every ten minutes, in milliseconds: what is kept by days may stay that much longer. */
const everyMs = 600_000

/** Removes what need not be kept longer, now and again every ten minutes. */
export function startSweeping(
  backend: LocalBackend,
  inForce: SettingsInForce,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const { clock } = backend
  const stopping = new AbortController()

  async function run() {
    while (!stopping.signal.aborted) {
      await sweepOnce().catch(onError)
      await clock.until(clock.now() + everyMs, stopping.signal)
    }
  }

  async function sweepOnce() {
    const { settings } = await inForce.current()
    await backend.sweep(clock.now(), settings)
  }

  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
