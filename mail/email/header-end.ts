import { longestLine } from './long-line.ts'

/** The name of the field that a line begins, in lower case; empty where it begins none. */
export function fieldNameOf(line: string): string {
  // RFC 5322 section 2.2; a blank before the colon is of older times (section 4.5). `https://` at the
  // beginning of a line is text, not a field of that name.
  const start = line.slice(0, longestLine)
  return /^([!-9;-~]+)[ \t]*:(?!\/\/)/.exec(start)?.[1]?.toLowerCase() ?? ''
}

/**
 * Where a header ends that holds lines that are no field: after the last field that is known and not
 * yet there. What comes a second time is quoted in the body.
 *
 * @param names of the lines in front of the first empty one, as `fieldNameOf` tells them
 */
export function endOfHeader(names: readonly string[]): number {
  const first = names.indexOf('')
  if (first < 0) return names.length
  const seen = new Set(names.slice(0, first))
  const near = names.slice(first, first + farthestField)
  return first + near.findLastIndex((name) => isKnownField(name) && !seen.has(name)) + 1
}

/** So many lines that are none may still be followed by a field: a header, however broken, is short. */
export const farthestField = 100

/** Names with which no line of prose begins. */
export function isKnownField(name: string): boolean {
  return known.has(name) || /^(x|list|content|resent|arc)-/.test(name)
}

const known = new Set([
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'subject', 'date', 'message-id', 'mime-version'],
  ...['in-reply-to', 'references', 'received', 'return-path', 'dkim-signature', 'auto-submitted'],
])
