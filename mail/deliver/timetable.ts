/** So many that leave at one time, past or to come, in whole microseconds: fractions would not add up. */
export interface Departure {
  readonly at: number
  readonly count: number
}

/** What a rate allows. */
export interface Rate {
  /** How many may leave within any `span`: one second, or more where the rate is no whole number. */
  readonly most: number
  readonly span: number
  /** How long after so many nothing else may leave. */
  readonly hold: (count: number) => number
  /** How long so many matter to others. */
  readonly reach: (count: number) => number
}

export function rateOf(perSecond: number): Rate {
  const most = Math.ceil(perSecond)
  const time = (count: number) => Math.ceil((count / perSecond) * 1_000_000)
  const span = time(most)
  const hold = (count: number) => time(count > most ? count : 1)
  return { most, span, hold, reach: (count) => Math.max(span, hold(count)) }
}

/**
 * When so many may leave next to these departures, in the order of time, without one second that
 * exceeds the rate.
 */
export function firstFreeTime(
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

/** Puts a departure where it belongs. */
export function enter(timetable: Departure[], departure: Departure): void {
  timetable.splice(placeAfter(timetable, departure.at), 0, departure)
}

/** A time that is tried: `next` is the place of the first departure after it. */
interface Wish extends Departure {
  readonly next: number
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
