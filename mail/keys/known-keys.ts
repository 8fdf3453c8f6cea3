import { timingSafeEqual } from 'node:crypto'
import { allProjects } from '../email/project.ts'
import type { ApiKey } from '../ports/keys.ts'
import type { Postern } from '../ports/postern.ts'

/** The API keys, remembered for a short while: every request needs one. */
interface KnownKeys {
  find(hash: string): Promise<ApiKey | undefined>
  /** Notes when a key was last used. */
  noteUse(key: ApiKey): Promise<void>
  /** Refuses a revoked key from now on, however fresh what is known of it. */
  forget(id: string): void
}

/** How long a known key is not looked up again: one revoked elsewhere stays valid as long. */
export const freshMs = 10_000

export function knownKeys({ keys, clock }: Pick<Postern, 'keys' | 'clock'>): KnownKeys {
  const known = keyCache()
  return {
    async find(hash) {
      const fresh = known.get(hash, clock.now())
      if (fresh) return fresh
      const key = await keys.findByHash(hash)
      if (!key || !sameHash(key.hash, hash)) return undefined
      return known.set(hash, key, clock.now() + freshMs)
    },
    async noteUse(key) {
      const now = clock.now()
      if (now - (key.lastUsedAt ?? 0) < usedEveryMs) return
      known.used(key.hash, now)
      // Failing to note the time must not keep a caller from reading or sending.
      await keys.change(key.id, { lastUsedAt: now }, allProjects).catch(() => undefined)
    },
    forget: (id) => known.forget(id),
  }
}

/** How exact the time of last use is. */
const usedEveryMs = 60_000

function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

/** Most keys remembered: a team has some tens. Unknown ones are not, or any caller could fill it. */
const mostKnown = 1_000

function keyCache() {
  const entries = new Map<string, { key: ApiKey; until: number }>()
  // Also against a key that was being looked up while it was revoked.
  const revoked = new Set<string>()
  return {
    get(hash: string, now: number): ApiKey | undefined {
      const entry = entries.get(hash)
      return entry && now < entry.until ? entry.key : undefined
    },
    set(hash: string, key: ApiKey, until: number): ApiKey | undefined {
      if (revoked.has(key.id)) return undefined
      if (entries.size >= mostKnown) entries.clear()
      entries.set(hash, { key, until })
      return key
    },
    /** Does not extend it: a key in use would otherwise outlive its revocation elsewhere. */
    used(hash: string, lastUsedAt: number) {
      const entry = entries.get(hash)
      if (entry) entry.key = { ...entry.key, lastUsedAt }
    },
    forget(id: string) {
      revoked.add(id)
      for (const [hash, { key }] of entries) if (key.id === id) entries.delete(hash)
    },
  }
}
