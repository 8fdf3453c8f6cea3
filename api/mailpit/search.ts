import { inZone } from './zone.ts'

/** What one term of a search is about: a field of an email, or any of its text. */
const fields = [
  ...['to', 'from', 'cc', 'bcc', 'reply-to', 'addressed'],
  ...['subject', 'message-id', 'tag', 'after', 'before'],
] as const

export interface Term {
  /** One of `fields`, `is`, `has`, `larger`, `smaller`, `text` or `recipient`: To, Cc and Bcc. */
  readonly about: string
  /** What is looked for; of `after` and `before` a time, of `larger` and `smaller` bytes. */
  readonly value: string
  readonly not: boolean
}

/** Longest search that is read, in characters, and its most terms. */
const longestSearch = 2_000
const mostTerms = 50

/**
 * Reads what is searched for, in Mailpit's syntax. Where Mailpit leaves out a term that means
 * nothing, which makes a search find more than was asked for, this is a fault: the same search deletes.
 *
 * @param zone the name of a time zone, for `after:` and `before:`; UTC without one that is known
 */
export function readSearch(text: string, zone = ''): { terms: Term[] } | { fault: string } {
  if (text.length > longestSearch)
    return { fault: `the search is longer than ${longestSearch} characters` }
  const terms: Term[] = []
  for (const word of wordsOf(text)) {
    const term = termOf(word, zone)
    if (term && 'fault' in term) return term
    if (term) terms.push(term)
  }
  if (terms.length > mostTerms) return { fault: `the search has more than ${mostTerms} terms` }
  return terms.length > 0 ? { terms } : { fault: 'no search query' }
}

/** What stands between spaces, where those in double quotes are none; a quote may be left open. */
function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? []
  return words.map((word) => word.replaceAll('"', ''))
}

function termOf(written: string, zone: string): Term | { fault: string } | undefined {
  const not = /^[-!]./.test(written)
  const word = not ? written.slice(1) : written
  if (!/[\p{L}\p{N}]/u.test(word)) return undefined
  const [, name = '', rest = ''] = /^([a-z-]+):(.*)$/is.exec(word) ?? []
  const [about, value] = [name.toLowerCase(), rest.trim()]
  const flag = flags.get(word.toLowerCase())
  if (flag) return { about: flag[0], value: flag[1], not }
  const size = about === 'larger' || about === 'smaller' ? bytesIn(value) : undefined
  if (size !== undefined) return { about, value: String(size), not }
  if (!fields.some((field) => field === about)) return { about: 'text', value: word, not }
  if (value === '') return { fault: `${about}: what to look for is missing` }
  if (about !== 'after' && about !== 'before') return { about, value, not }
  const time = inZone(value, zone)
  return time === undefined
    ? { fault: `${about}: a date such as 2026-01-31 is needed` }
    : { about, value: String(time), not }
}

/** Words that are a term as a whole, with the singular that Mailpit takes as well. */
const flags: ReadonlyMap<string, readonly [about: string, value: string]> = new Map([
  ['is:read', ['is', 'read']],
  ['is:unread', ['is', 'unread']],
  ['is:tagged', ['is', 'tagged']],
  ['has:attachment', ['has', 'attachments']],
  ['has:attachments', ['has', 'attachments']],
  ['has:inline', ['has', 'inline']],
  ['has:inlines', ['has', 'inline']],
])

/** `500`, `2kb`, `1.5 MB`; nothing for what is no size, or none. */
function bytesIn(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,15}(?:\.\d{1,9})?)\s?([km]?)b?$/i.exec(text) ?? []
  const factor = { '': 1, k: 1_024, m: 1_048_576 }[(unit ?? '').toLowerCase()] ?? 1
  const bytes = Math.trunc(Number(number ?? 0) * factor)
  return bytes > 0 ? bytes : undefined
}
