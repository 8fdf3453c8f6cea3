import { pace } from '../../mail/deliver/pace.ts'
import type { Pace } from '../../mail/ports/pace.ts'
import type { Clock } from '../../mail/ports/clock.ts'

/** Clocks and connections are not exact; a rate that is just exceeded costs a refusal. */
const caution = 0.97

/**
 * So much time without sending may be made up for, in milliseconds: between the last email of one
 * batch and the first of the next an environment waits for answers, and for the queue. SES allows
 * short bursts; this one is half a second of the rate, and only where all environments were idle.
 */
const catchUpMs = 500

/**
 * The share of a rate that one environment of the send function may use: all of them run at once
 * when there is much to do, and none knows of the others. Costs nothing, but a rate is not used up
 * while only some of them run. Measured in docs/decisions/0011-rate-on-aws.md.
 *
 * @param senders most environments at a time
 */
export function sharedPace(clock: Clock, senders: number): Pace {
  const own = pace(clock, catchUpMs)
  return {
    take: (count, perSecond, ...rest) =>
      own.take(count, perSecond === null ? null : (perSecond * caution) / senders, ...rest),
  }
}
