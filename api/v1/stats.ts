import { Hono, type Context } from 'hono'
import type { HourOfStats } from '../../mail/ports/stats.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { parameter } from '../http/page-query.ts'
import type { Stats } from '../openapi/answers.ts'
import { iso } from './email-view.ts'
import { hourMs } from '../../mail/email/time.ts'

/** `GET /v1/stats`: how many emails settled, and how, and what was told of them, hour by hour up to now. */
export function v1Stats({ stats, clock }: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/stats', async (c) => {
    const wanted = readHours(c)
    const last = Math.floor(clock.now() / hourMs) * hourMs
    const first = last - (wanted - 1) * hourMs
    const counted = await stats.read(c.var.caller.scope, first, last)
    const known = new Map(counted.map((hour) => [hour.at, hour]))
    const hours = Array.from({ length: wanted }, (_, i) => first + i * hourMs)
    const answer: Stats = {
      hours: hours.map((at) => {
        const { settled = {}, told = {} } = known.get(at) ?? {}
        return { at: iso(at), settled, told }
      }),
      totals: totalsOf(counted),
      told: sumOf(counted.map(({ told }) => told)),
    }
    return c.json(answer)
  })
}

/** A month. */
const mostHours = 720

function readHours(c: Context): number {
  const hours = c.req.query('hours') ?? '24'
  if (/^[1-9]\d{0,2}$/.test(hours) && Number(hours) <= mostHours) return Number(hours)
  throw parameter('hours', `a whole number from 1 to ${mostHours} is needed`)
}

/** All of some hours together. */
export function totalsOf(hours: readonly HourOfStats[]): HourOfStats['settled'] {
  return sumOf(hours.map(({ settled }) => settled))
}

function sumOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const one of counts)
    for (const [kind, n] of Object.entries(one)) sums[kind] = (sums[kind] ?? 0) + n
  return sums
}
