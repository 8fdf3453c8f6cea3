import { clock, dateFormat } from './date-format.ts'

interface TimeProps {
  /** ISO 8601. */
  readonly at: string
  /** With seconds, for what has to be compared with a log elsewhere. */
  readonly exact?: boolean
}

/** A time in the reader's zone; in UTC when pointed at. */
export function Time({ at, exact = false }: TimeProps) {
  const date = new Date(at)
  const utc = `${at.replace('T', ' ').replace(/\.\d+Z$|Z$/, '')} UTC`
  return (
    <time dateTime={at} title={utc}>
      {(exact ? exactly : isToday(date) ? timeOfDay : isThisYear(date) ? day : dayOfYear)(date)}
    </time>
  )
}

const timeOfDay = dateFormat(clock)
const day = dateFormat({ day: 'numeric', month: 'short', ...clock })
const dayOfYear = dateFormat({ dateStyle: 'medium' })
const exactly = dateFormat({ ...clock, day: 'numeric', month: 'short', second: '2-digit' })

function isToday(date: Date): boolean {
  return date.toDateString() === new Date().toDateString()
}

function isThisYear(date: Date): boolean {
  return date.getFullYear() === new Date().getFullYear()
}
