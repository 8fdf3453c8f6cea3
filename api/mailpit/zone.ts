/**
 * Reads a date, or a date and time, as they are in a time zone: `2026-01-31`, `2026/01/31 12:00`,
 * `2026-01-31T12:00:00+02:00`, `31 Jan 2026`.
 *
 * @param zone a name such as `Pacific/Auckland`; UTC where there is none such
 * @returns milliseconds since the epoch; undefined for what is no date
 */
export function inZone(text: string, zone: string): number | undefined {
  const iso = text.replace(/^(\d{4})[/.](\d\d?)[/.](\d\d?)/, '$1-$2-$3').trim()
  const isZoned = /(z|gmt|utc|[+-]\d\d:?\d\d)$/i.test(iso) && !/^\d{4}-\d\d-\d\d$/.test(iso)
  const time = Date.parse(isZoned ? iso : asUtc(iso))
  if (Number.isNaN(time)) return undefined
  return isZoned ? time : time - offsetAt(time, zone)
}

/** ISO 8601 takes a Z, every other form the word; alone it would be the time of this machine. */
function asUtc(text: string): string {
  if (/^\d{4}(-\d\d){0,2}$/.test(text)) return text
  return /^\d{4}-\d\d-\d\dT/.test(text) ? `${text}Z` : `${text} UTC`
}

/** How far a zone is ahead of UTC when its clocks show a time, in milliseconds. */
function offsetAt(time: number, zone: string): number {
  const format = formatOf(zone)
  if (!format) return 0
  const first = time - aheadAt(format, time)
  return aheadAt(format, first)
}

function aheadAt(format: Intl.DateTimeFormat, time: number): number {
  const parts = Object.fromEntries(
    format.formatToParts(time).map((part) => [part.type, part.value]),
  )
  const { year, month, day, hour, minute, second } = parts
  const shown = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(shown) ? 0 : shown - Math.trunc(time / 1_000) * 1_000
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const two = '2-digit'
  const clock = { hour: two, minute: two, second: two, hourCycle: 'h23' } as const
  try {
    const day = { year: 'numeric', month: two, day: two } as const
    return timeZone === ''
      ? undefined
      : new Intl.DateTimeFormat('en-US', { timeZone, ...day, ...clock })
  } catch {
    return undefined
  }
}
