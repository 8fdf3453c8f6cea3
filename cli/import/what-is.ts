import { isPlainObject } from '../../mail/settings/layers.ts'
import { jsonIn } from '../../mail/email/json.ts'

/** A file in a few words for an error: its kind and names from it, never its values. */
export function whatIs(text: string): string {
  if (text.trim() === '') return 'an empty file'
  if (/[\0\ufffd]/.test(text)) return 'binary data'
  if (text.trimStart().startsWith('<')) return 'XML or HTML'
  return whatJsonIs(text) ?? whatLinesAre(text)
}

function whatJsonIs(text: string): string | undefined {
  const value = jsonIn(text)
  if (value === undefined) return undefined
  if (!isPlainObject(value)) return Array.isArray(value) ? 'a JSON list' : 'a single JSON value'
  return `JSON with ${some(Object.keys(value))}`
}

function whatLinesAre(text: string): string {
  const assigned = namesIn(text, /^(?:export )?([\p{L}_][\p{L}\p{N}_.]{0,59}) ?=/gmu)
  if (assigned.length > 0) return `lines of NAME=value with ${some(assigned)}`
  const mapped = namesIn(text, /^([A-Za-z_][\w-]{0,59}):(?:[ \r\n]|$)/gm)
  return mapped.length > 0 ? `YAML with ${some(mapped)}` : 'text of another kind'
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1]!))]
}

/** Names that are named, and characters of each. */
const most = 5
const longest = 40

function some(names: readonly string[]): string {
  if (names.length === 0) return 'nothing in it'
  const shown = names.slice(0, most).map((name) => name.slice(0, longest))
  return `${shown.join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`
}
