import type { Clock } from '../../mail/ports/clock.ts'
import type { SettingsInForce } from '../../mail/ports/in-force.ts'
import type { Standing } from '../../mail/ports/standing.ts'
import { enginesOf } from '../../mail/settings/settings.ts'

interface Verifying {
  readonly standing: Standing
  readonly inForce: SettingsInForce
  readonly clock: Clock
  /** Has the engines in use asked, and what they say kept. */
  readonly verify: () => Promise<unknown>
}

/** A question that was not answered is put again after so many milliseconds at the earliest. */
const againMs = 60_000

/** Longest that a person who looks waits for the engines' words, in milliseconds. */
const patienceMs = 8_000

/**
 * The same standing, whose verdict is about the settings in force. One who wrote the parameter by
 * hand, or deployed other defaults, has asked no engine: the first look at the verdict does, once in
 * a process and version. Nothing runs here between requests that could.
 */
export function selfVerifying({ standing, inForce, clock, verify }: Verifying): Standing {
  let asked: { readonly about: string; readonly at: number } | undefined

  async function isToBeAsked(about: string | undefined): Promise<boolean> {
    const { settings, version, faults } = await inForce.current()
    const wanted = inForce.seal(version)
    const isSending = enginesOf(settings).some((name) => name !== 'noop' && name !== 'disabled')
    const isAsked = asked?.about === wanted && clock.now() < asked.at + againMs
    if (about === wanted || !isSending || faults.length > 0 || isAsked) return false
    asked = { about: wanted, at: clock.now() }
    return true
  }

  return {
    ...standing,
    async readVerdict() {
      const verdict = await standing.readVerdict()
      if (!(await isToBeAsked(verdict?.about))) return verdict
      await inTime(clock, verify())
      return standing.readVerdict()
    },
  }
}

/** What takes longer goes on, and is seen at the next look. */
async function inTime(clock: Clock, work: Promise<unknown>): Promise<void> {
  const ended = new AbortController()
  const end = work.catch(() => undefined).finally(() => ended.abort())
  await Promise.race([end, clock.until(clock.now() + patienceMs, ended.signal)])
}
