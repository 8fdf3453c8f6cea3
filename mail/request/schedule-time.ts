import { dayMs } from '../email/time.ts'
import { isAbsent } from './absent.ts'

/** Reads `scheduled_at`, given the time of now: milliseconds since the epoch both. */
type ReadTime = (
  text: string,
  now: number,
) => { readonly time: number } | { readonly fault: string }

/** What stands there in a body, in Resend's spelling or in JavaScript's. */
export function scheduledAtIn(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return undefined
  const { scheduled_at, scheduledAt } = body as Record<string, unknown>
  return isAbsent(scheduled_at) ? scheduledAt : scheduled_at
}

/** How far ahead an email may be scheduled, as Resend has it. */
const furthestDays = 30

/**
 * Reads `scheduled_at`: ISO 8601 with a date, a time and, unless UTC is meant, an offset. Never
 * the past, at most 30 days ahead.
 */
export const readIsoTime: ReadTime = (text, now) => within(timeOf(text), now)

/**
 * What reads these texts, and English where one of them is no ISO 8601: `in 1 min`, `tomorrow at
 * 9am`. A time of day is UTC unless a zone is named. Loaded when first needed, so that sending at
 * once does not wait for it.
 *
 * @param texts whatever stands in `scheduled_at`
 */
export async function timeReader(texts: readonly unknown[]): Promise<ReadTime> {
  const isEnglish = (text: unknown) => typeof text === 'string' && Number.isNaN(timeOf(text))
  if (!texts.some(isEnglish)) return readIsoTime
  const { casual } = await import('chrono-node/en')

  return (text, now) => {
    const iso = timeOf(text)
    if (!Number.isNaN(iso)) return within(iso, now)
    if (text.length > longestText) return { fault: `at most ${longestText} characters` }
    const words = text.trim().replace(/^at\s+/i, '')
    const zone = { instant: new Date(now), timezone: 0 }
    const [found, ...others] = casual.parse(words, zone, { forwardDate: true })
    // Half understood is not understood: "in 5 min or later" is not in 5 minutes.
    const isWhole = found?.text.length === words.length && !found.end && others.length === 0
    return within(isWhole ? found.start.date().getTime() : Number.NaN, now)
  }
}

/** Longest text that is read as English, in characters. */
const longestText = 100

function within(time: number, now: number): ReturnType<ReadTime> {
  if (Number.isNaN(time))
    return { fault: 'an ISO 8601 time such as 2026-01-31T09:00:00Z, or "in 1 hour", is needed' }
  if (time < now) return { fault: 'the time has passed' }
  if (time > now + furthestDays * dayMs) return { fault: `at most ${furthestDays} days ahead` }
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
