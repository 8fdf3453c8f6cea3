import type { Postern } from '../mail/ports/postern.ts'
import { verify } from '../mail/configure/verify.ts'
import { type EngineName, sends } from '../mail/email/engine-name.ts'
import { enginesOf } from '../mail/settings/settings.ts'

/** Looked at so often, in milliseconds: trouble shows within seconds. */
const everyMs = 2_000

/** A server that answers nothing for so long, while nothing else leaves, takes no mail. */
const silentMs = 20_000

/** An engine in trouble, or not yet asked, is asked so often whether it would take mail. */
const askAgainMs = 30_000

/** What was said or sent so long ago is no news. */
const staleMs = 600_000

/**
 * Keeps what is known of the engines true while no email shows it: notes a server that does not
 * answer, and asks again those that were in trouble, were never asked with these settings, or of
 * which nothing was heard for long. One that is paused is left alone.
 */
export function watchEngines(
  postern: Postern,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const { clock, standing, fleet, inForce } = postern
  const stopping = new AbortController()
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<unknown> | undefined

  async function run() {
    while (!stopping.signal.aborted) {
      await look().catch(onError)
      await clock.until(clock.now() + everyMs, stopping.signal)
    }
    await asking
  }

  async function look() {
    const { settings } = await inForce.current()
    const names = enginesOf(settings).filter(sends)
    for (const name of names) await noteSilence(name)
    if (asking || !(await isToBeAsked(names))) return
    askedAt = clock.now()
    asking = verify(postern)
      .catch(onError)
      .finally(() => (asking = undefined))
  }

  async function noteSilence(name: EngineName) {
    const trouble = fleet.pulse(name).silence(silentMs)
    if (trouble) await standing.degrade(name, trouble)
  }

  async function isToBeAsked(names: readonly EngineName[]): Promise<boolean> {
    const now = clock.now()
    if (names.length === 0 || now - askedAt < askAgainMs) return false
    const standings = await Promise.all(names.map((name) => standing.read(name)))
    if (standings.some(({ pauses }) => pauses > 0)) return false
    if (standings.some(({ ofEngine }) => ofEngine)) return true
    const { version } = await inForce.current()
    const verdict = await standing.readVerdict()
    if (verdict?.about !== inForce.seal(version)) return true
    const heardAt = names.map((name) => Math.max(verdict.at, fleet.pulse(name).takenAt()))
    return names.some((name, at) => !verdict.engines[name] || now - heardAt[at]! >= staleMs)
  }

  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
