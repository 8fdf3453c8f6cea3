import type { EngineStanding, Standing, StoredVerdict } from '../../mail/ports/standing.ts'

/** How the engines stand, in memory. */
export function memoryStanding(): Standing {
  const engines = new Map<string, EngineStanding>()
  let verdict: StoredVerdict | undefined
  const read = (engine: string) => engines.get(engine) ?? { pauses: 0 }
  return {
    read: async (engine) => read(engine),
    async pause(engine, pauses, { at, until, reason }) {
      const before = read(engine)
      if (before.pauses !== pauses) return false
      const { since = at } = before
      engines.set(engine, { pausedUntil: until, reason, since, pauses: pauses + 1 })
      return true
    },
    async degrade(engine, { since, reason, ofEngine }) {
      const before = engines.get(engine)
      if (before && before.pauses > 0) return false
      engines.set(engine, { since, ...before, reason, ofEngine, pauses: 0 })
      return before === undefined
    },
    async takeProbe(engine, now, until) {
      const standing = read(engine)
      const { pauses, pausedUntil = 0 } = standing
      if (pauses === 0 || pausedUntil > now) return false
      engines.set(engine, { ...standing, pausedUntil: until })
      return true
    },
    resume: async (engine) => engines.delete(engine),
    readVerdict: async () => verdict,
    writeVerdict: async (value) => void (verdict = value),
  }
}
