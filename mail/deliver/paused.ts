import { isOutOfPatience, patienceMs, pauseWaitMs } from '../retry.ts'
import { pauseOf } from '../settings/paused-lanes.ts'
import type { Disposition } from './disposition.ts'
import type { Turn } from './turn.ts'

/**
 * Keeps the job of a lane that a person has paused from being worked on. Costs nothing where none is,
 * and writes nothing: the settings say why it waits. A queue that can wake it is told to do so once
 * the settings change; in another it looks again by itself. What waited too long for a queue goes on,
 * to be held.
 *
 * @returns nothing when the email is to go its usual way
 */
export function whilePaused({ postern, job, inForce }: Turn): Disposition | undefined {
  const { queue, clock } = postern
  const pause = pauseOf(inForce.settings, job.lane)
  if (!pause) return undefined
  const now = clock.now()
  if (isOutOfPatience(job, now, Infinity)) return undefined
  const waitedMs = now - job.since
  const pausedMs = pause.at === null ? waitedMs : Math.max(0, now - Date.parse(pause.at))
  const waitMs = queue.limits.hastens ? patienceMs - waitedMs : pauseWaitMs(pausedMs, waitedMs)
  return { kind: 'defer', seconds: Math.ceil(waitMs / 1_000) }
}
