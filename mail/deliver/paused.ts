import { isOutOfPatience, switchedOffMs } from '../retry.ts'
import { pauseOf } from '../settings/paused-lanes.ts'
import type { Disposition } from './disposition.ts'
import type { Turn } from './turn.ts'

/**
 * Keeps the job of a lane that a person has paused from being worked on. Costs nothing where none is,
 * and writes nothing: the settings say why it waits. What waited too long for a queue goes on, to be
 * held.
 *
 * @returns nothing when the email is to go its usual way
 */
export function whilePaused({ postern, job, inForce }: Turn): Disposition | undefined {
  if (!pauseOf(inForce.settings, job.lane)) return undefined
  if (isOutOfPatience(job, postern.clock.now(), Infinity)) return undefined
  return { kind: 'defer', seconds: switchedOffMs / 1_000 }
}
