import type { EngineStanding, Standing, StoredVerdict } from '../../mail/ports/standing.ts'

/** How the engines stand, in memory. */
export function memoryStanding(): Standing {
  const engines = new Map<string, EngineStanding>()
  let verdict: StoredVerdict | undefined
  const read = (engine: string) => engines.get(engine) ?? { pauses: 0 }
  return {
    read: async (engine) => read(engine),
    async pause(engine, pauses, pausedUntil, reason) {
      if (read(engine).pauses === pauses)
        engines.set(engine, { pausedUntil, reason, pauses: pauses + 1 })
    },
    async takeProbe(engine, now, until) {
      const standing = read(engine)
      const { pauses, pausedUntil = 0 } = standing
      if (pauses === 0 || pausedUntil > now) return false
      engines.set(engine, { ...standing, pausedUntil: until })
      return true
    },
    resume: async (engine) => void engines.delete(engine),
    readVerdict: async () => verdict,
    writeVerdict: async (value) => void (verdict = value),
  }
}
