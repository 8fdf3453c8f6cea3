import type { Clock } from '../ports/clock.ts'
import type { Pace } from '../ports/pace.ts'

/**
 * Lets so many leave a second, in the order asked, without a burst anywhere.
 *
 * A worked example at 2 per second: three ask for 1 each at 0 ms. They leave at 0, 500 and 1,000.
 * One that asks for 2 together then leaves at 2,000: a second that holds it may hold nothing else.
 * The next that asks for 1 is tried at 500 (too close to the one before), at 1,000 (taken), at
 * 1,500 (its second would hold the 2 as well) and leaves at 3,000. If one stops waiting, its
 * departure is taken out of the timetable.
 */
export function pace(clock: Clock): Pace {
  const timetable: Departure[] = []
  return {
    async take(count, perSecond, signal) {
      if (perSecond === null) return
      const now = clock.now() * 1_000
      const rate = rateOf(perSecond)
      while (timetable[0] && timetable[0].at + rate.reach(timetable[0].count) <= now)
        timetable.shift()
      const at = firstFreeTime(timetable, count, now, rate)
      const departure = { at, count }
      timetable.splice(placeAfter(timetable, at), 0, departure)
      await clock.until(Math.ceil(at / 1_000), signal)
      if (signal.aborted) cancel(timetable, departure)
    },
  }
}

/** A departure that does not wait leaves its time to others. */
function cancel(timetable: Departure[], departure: Departure) {
  const place = timetable.indexOf(departure)
  if (place >= 0) timetable.splice(place, 1)
}

/** Past or to come. All times here are whole microseconds: fractions would not add up exactly. */
interface Departure {
  readonly at: number
  readonly count: number
}

/** A time that is tried: `next` is the place of the first departure after it. */
interface Wish extends Departure {
  readonly next: number
}

interface Rate {
  /** How many may leave within any `span`: one second, or more where the rate is no whole number. */
  readonly most: number
  readonly span: number
  /** How long after so many nothing else may leave. */
  readonly hold: (count: number) => number
  /** How long so many matter to others. */
  readonly reach: (count: number) => number
}

function rateOf(perSecond: number): Rate {
  const most = Math.ceil(perSecond)
  const time = (count: number) => Math.ceil((count / perSecond) * 1_000_000)
  const span = time(most)
  const hold = (count: number) => time(count > most ? count : 1)
  return { most, span, hold, reach: (count) => Math.max(span, hold(count)) }
}

function firstFreeTime(
  timetable: readonly Departure[],
  count: number,
  from: number,
  rate: Rate,
): number {
  let at = from
  for (;;) {
    const wish = { at, count, next: placeAfter(timetable, at) }
    const later = afterNeighbours(timetable, wish, rate) ?? afterCrowd(timetable, wish, rate)
    if (later === undefined) return at
    at = later
  }
}

/** The place of the first departure that is later than `at`. */
function placeAfter(timetable: readonly Departure[], at: number): number {
  return timetable.findLastIndex((departure) => departure.at <= at) + 1
}

/** When to look again if `at` is too close to the departure before it or after it. */
function afterNeighbours(
  timetable: readonly Departure[],
  { at, count, next }: Wish,
  { hold }: Rate,
): number | undefined {
  const [before, after] = [timetable[next - 1], timetable[next]]
  if (before && at < before.at + hold(before.count)) return before.at + hold(before.count)
  if (after && after.at < at + hold(count)) return after.at + hold(after.count)
  return undefined
}

/** When to look again if some span around `at` would hold too many; the latest such span counts. */
function afterCrowd(
  timetable: readonly Departure[],
  { at, count, next }: Wish,
  { most, span, hold }: Rate,
): number | undefined {
  let end = placeAfter(timetable, at + span)
  let sum = 0
  for (let i = next; i < end; i++) sum += timetable[i]!.count
  const after = timetable[next]
  if (after && sum > 0 && sum + count > most) return after.at + hold(after.count)
  for (let i = next - 1; i >= 0 && timetable[i]!.at + span > at; i--) {
    const start = timetable[i]!.at
    sum += timetable[i]!.count
    while (timetable[end - 1]!.at >= start + span) sum -= timetable[--end]!.count
    if (sum + count > most) return start + span
  }
  return undefined
}
