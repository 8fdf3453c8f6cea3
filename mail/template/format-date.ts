import { limits } from './limits.ts'
import { spell } from './spell.ts'
import type { Spot } from './run.ts'
import { TemplateError } from './template-fault.ts'

/**
 * `formatDate` as SendGrid documents it: a time, a format of Moment's tokens, and an offset such as
 * `-0800` or the name of a time zone; UTC without one.
 *
 * @throws TemplateError when the time or the zone cannot be read
 */
export function formatDate([time, format, zone]: readonly unknown[], spot: Spot): string {
  if (time === undefined || time === null || time === '') return ''
  const at = new Date(typeof time === 'number' ? time : spell(time))
  const fault = (rule: string) => new TemplateError({ ...spot, rule })
  if (Number.isNaN(at.getTime())) throw fault('formatDate: the time cannot be read')
  const offset = offsetOf(zone, at)
  if (offset === undefined) throw fault('formatDate: there is no such time zone')
  // The fields of this one in UTC are those of the zone.
  const local = new Date(at.getTime() + offset * 60_000)
  const text = typeof format === 'string' && format !== '' ? format : 'YYYY-MM-DDTHH:mm:ssZ'
  if (text.length > limits.dateFormat) throw fault('formatDate: the format is too long')
  return text.replace(tokens, (token, quoted?: string) => quoted ?? words[token]!(local, offset))
}

const tokens = /\[([^[\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|A|a|ZZ|Z/g

const two = (number: number) => String(number).padStart(2, '0')
const twelve = (at: Date) => at.getUTCHours() % 12 || 12
const half = (at: Date) => (at.getUTCHours() < 12 ? 'AM' : 'PM')

/** In English, as with SendGrid, whatever the locale. */
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
]
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const words: Readonly<Record<string, (at: Date, offset: number) => string>> = {
  YYYY: (at) => String(at.getUTCFullYear()).padStart(4, '0'),
  YY: (at) => two(at.getUTCFullYear() % 100),
  MMMM: (at) => months[at.getUTCMonth()]!,
  MMM: (at) => months[at.getUTCMonth()]!.slice(0, 3),
  MM: (at) => two(at.getUTCMonth() + 1),
  M: (at) => String(at.getUTCMonth() + 1),
  DD: (at) => two(at.getUTCDate()),
  D: (at) => String(at.getUTCDate()),
  dddd: (at) => weekdays[at.getUTCDay()]!,
  ddd: (at) => weekdays[at.getUTCDay()]!.slice(0, 3),
  HH: (at) => two(at.getUTCHours()),
  H: (at) => String(at.getUTCHours()),
  hh: (at) => two(twelve(at)),
  h: (at) => String(twelve(at)),
  mm: (at) => two(at.getUTCMinutes()),
  m: (at) => String(at.getUTCMinutes()),
  ss: (at) => two(at.getUTCSeconds()),
  s: (at) => String(at.getUTCSeconds()),
  A: half,
  a: (at) => half(at).toLowerCase(),
  Z: (_, offset) => spellOffset(offset, ':'),
  ZZ: (_, offset) => spellOffset(offset, ''),
}

function spellOffset(offset: number, between: string): string {
  const size = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${between}${two(size % 60)}`
}

/** Minutes that a zone is ahead of UTC at a time. */
function offsetOf(zone: unknown, at: Date): number | undefined {
  if (zone === undefined || zone === null || zone === '') return 0
  const text = spell(zone)
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text) ?? []
  if (hours !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  return /^[A-Za-z][\w+/-]{1,60}$/.test(text) ? offsetIn(text, at) : undefined
}

function offsetIn(timeZone: string, at: Date): number | undefined {
  try {
    const said = formatIn(timeZone)
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')!.value
    return said === 'GMT' ? 0 : offsetOf(said.slice('GMT'.length), at)
  } catch {
    return undefined
  }
}

/** Kept: one takes as long to make as a whole email. */
const mostFormats = 500
const formats = new Map<string, Intl.DateTimeFormat>()

/** @throws RangeError when there is no such zone */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const made =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  if (formats.size === mostFormats) formats.clear()
  formats.set(timeZone, made)
  return made
}
