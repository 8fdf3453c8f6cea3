/** How far ahead an email may be scheduled, as Resend has it. */
const furthestDays = 30

/**
 * Reads `scheduled_at`: ISO 8601 with a date, a time and, unless UTC is meant, an offset. Never
 * the past, at most 30 days ahead.
 *
 * @param now milliseconds since the epoch
 * @returns the time in milliseconds since the epoch, or the rule that is broken
 */
export function readScheduleTime(
  text: string,
  now: number,
): { readonly time: number } | { readonly fault: string } {
  const time = timeOf(text)
  if (Number.isNaN(time))
    return { fault: 'an ISO 8601 time such as 2026-01-31T09:00:00Z is needed' }
  if (time < now) return { fault: 'the time has passed' }
  if (time > now + furthestDays * 86_400_000) return { fault: `at most ${furthestDays} days ahead` }
  return { time }
}

const isoTime =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?:Z|([+-]\d\d)(?::?(\d\d))?)?$/

/** Milliseconds since the epoch, or NaN. */
function timeOf(text: string): number {
  const [, date = '', time, hours, minutes = '00'] = isoTime.exec(text) ?? []
  if (!isDate(date)) return Number.NaN
  return Date.parse(`${date}T${time}${hours ? `${hours}:${minutes}` : 'Z'}`)
}

/** Date.parse takes 31 February for 3 March. */
function isDate(date: string): boolean {
  const midnight = Date.parse(date)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date)
}
