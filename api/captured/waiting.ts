import type { Context } from 'hono'
import type { Lister } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { parameter } from '../http/page-query.ts'
import type { WaitPlaces } from '../http/wait-places.ts'
import { lookUntil } from './look-until.ts'

/**
 * Answers what is seen; with `wait` in the address, when as much is seen as `count` says, one unless
 * given, at the latest when the time is up.
 *
 * @param look sees it, by a list that may remember what it has read
 * @param countOf how much of what is waited for is in what was seen
 * @throws Refusal 422 for a `wait` or a `count` that is none, 429 when too many wait
 */
export type Wait = <Seen>(
  c: Context<ApiEnv>,
  look: (captures: Lister) => Promise<Seen>,
  countOf: (seen: Seen) => number,
) => Promise<Seen>

export function waiting(postern: Postern, enter: WaitPlaces): Wait {
  return async (c, look, countOf) => {
    const [waitMs, wanted] = [readWait(c), readCount(c) ?? 1]
    if (waitMs === 0) return look(postern.captures)
    const leave = enter(c.var.caller.owner)
    const patience = { waitMs, gone: c.req.raw.signal }
    const looker = postern.captures.looker()
    const lookAgain = () => look(looker)
    return lookUntil(postern, patience, lookAgain, (seen) => countOf(seen) >= wanted).finally(leave)
  }
}

/** How many captures are waited for, at most as many as a page may have. */
export function readCount(c: Context): number | undefined {
  const text = c.req.query('count')
  if (text === undefined) return undefined
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  const most = Math.min(Number(c.req.query('limit') || 100) || 100, 100)
  if (count >= 1 && count <= most) return count
  throw parameter('count', `a whole number from 1 to ${most} is needed`)
}

/** Longest wait, in seconds: load balancers cut quiet connections after 30. */
const longestWait = 20

function readWait(c: Context): number {
  const wait = c.req.query('wait') ?? '0'
  if (!/^\d{1,2}(\.\d{1,3})?$/.test(wait) || Number(wait) > longestWait)
    throw parameter('wait', `seconds from 0 to ${longestWait} are needed`)
  return Number(wait) * 1_000
}
