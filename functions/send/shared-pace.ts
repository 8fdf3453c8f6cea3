import type { Pace } from '../../mail/pace.ts'

/** Clocks and connections are not exact; a rate that is just exceeded costs a refusal. */
const caution = 0.97

/**
 * The share of a rate that one environment of the send function may use: all of them run at once
 * when there is much to do, and none knows of the others. Costs nothing, but a rate is not used up
 * while only some of them run.
 *
 * @param senders most environments at a time
 */
export function sharedPace(pace: Pace, senders: number): Pace {
  return {
    take: (count, perSecond, signal) =>
      pace.take(count, perSecond === null ? null : (perSecond * caution) / senders, signal),
  }
}
