import type { Context } from 'hono'
import type { Clock } from '../../mail/ports/clock.ts'
import { Refusal } from '../http/errors.ts'
import { dayMs } from '../../mail/email/time.ts'

/**
 * Counts the requests of each API key, in this process alone: windows of a second, and one of a
 * day for those with an Idempotency-Key, each of which is remembered that long.
 */
interface RateLimit {
  /**
   * Counts one request and says in its answer how many more there may be.
   *
   * @throws Refusal 429 when that exceeds the limit
   */
  count(c: Context, owner: string, perSecond: number): void
}

/** Most Idempotency-Keys of one API key in a day: each is an entry that is kept as long. */
const mostKeysPerDay = 1_000_000

const secondMs = 1_000

export function rateLimit(clock: Clock): RateLimit {
  const requests = windows(clock, secondMs)
  const keys = windows(clock, dayMs)
  return {
    count(c, owner, perSecond) {
      const { used, resetsIn } = requests.count(owner)
      const remaining = Math.max(0, perSecond - used)
      announce(c, { limit: perSecond, remaining, resetsIn, now: clock.now() })
      if (used > perSecond) throw tooMany(c, `${perSecond} requests per second`, resetsIn)
      if (c.req.header('idempotency-key') === undefined) return
      const remembered = keys.count(owner)
      if (remembered.used > mostKeysPerDay)
        throw tooMany(c, `${mostKeysPerDay} Idempotency-Keys in a day`, remembered.resetsIn)
    },
  }
}

/** Counts by name within a window of time, which restarts for all of them together. */
function windows(clock: Clock, lengthMs: number) {
  let counts = new Map<string, number>()
  let window = 0
  return {
    count(name: string): { used: number; resetsIn: number } {
      const now = clock.now()
      const current = Math.floor(now / lengthMs)
      if (current !== window) {
        window = current
        counts = new Map()
      }
      const used = (counts.get(name) ?? 0) + 1
      counts.set(name, used)
      const resetsIn = Math.ceil(((current + 1) * lengthMs - now) / 1_000)
      return { used, resetsIn }
    },
  }
}

/** What is left of a rate; times in seconds, `now` in milliseconds. */
interface Allowed {
  readonly limit: number
  readonly remaining: number
  readonly resetsIn: number
  readonly now: number
}

/** Whole numbers: some SDKs fail on anything else. */
function announce(c: Context, { limit, remaining, resetsIn, now }: Allowed) {
  if (c.req.path.startsWith('/v3/')) {
    c.header('X-RateLimit-Limit', String(limit))
    c.header('X-RateLimit-Remaining', String(remaining))
    c.header('X-RateLimit-Reset', String(Math.ceil(now / 1_000) + resetsIn))
    return
  }
  c.header('ratelimit-limit', String(limit))
  c.header('ratelimit-policy', `${limit};w=1`)
  c.header('ratelimit-remaining', String(remaining))
  c.header('ratelimit-reset', String(resetsIn))
}

function tooMany(c: Context, limit: string, resetsIn: number): Refusal {
  c.header('retry-after', String(resetsIn))
  const message = `Too many requests: at most ${limit} with one API key.`
  return new Refusal(429, 'rate_limit_exceeded', message)
}
