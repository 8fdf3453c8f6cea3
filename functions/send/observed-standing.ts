import type { Standing } from '../../mail/ports/standing.ts'

/**
 * The same standing, telling of each engine that was asked about whether it is paused. One whose
 * pause is over counts until an email has left by it.
 */
export function observedStanding(
  standing: Standing,
  tell: (engine: string, isPaused: boolean) => void,
): Standing {
  return {
    ...standing,
    async read(engine) {
      const found = await standing.read(engine)
      tell(engine, found.pauses > 0)
      return found
    },
    async pause(engine, ...rest) {
      const isFirst = await standing.pause(engine, ...rest)
      tell(engine, true)
      return isFirst
    },
    async resume(engine) {
      const wasTroubled = await standing.resume(engine)
      tell(engine, false)
      return wasTroubled
    },
  }
}
