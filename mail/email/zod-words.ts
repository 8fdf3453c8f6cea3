import * as z from 'zod'

/** What a field that is not there is told; callers of some dialects get a name of its own for it. */
export const required = 'is required'

/**
 * Zod's own checks in the words of all other rules: "at most 64 characters are allowed", not "Too
 * big: expected string to have <=64 characters". A field with an `error` of its own keeps that.
 */
z.config({ customError: ruleOf })

type Found = z.core.$ZodRawIssue

function ruleOf(issue: Found): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? required
        : `${kinds[issue.expected] ?? issue.expected} is needed`
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')} is needed`
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue, issue.maximum)}`
    case 'too_small':
      return `at least ${issue.minimum}${unitOf(issue, issue.minimum)}`
    case 'unrecognized_keys':
      return `not known: ${issue.keys.join(', ').slice(0, 200)}`
    default:
      return undefined
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** What is counted: characters of a text, entries of a list; nothing of a number. */
function unitOf({ origin }: { readonly origin: string }, count: number | bigint): string {
  const unit = units[origin]
  return unit === undefined ? '' : ` ${Number(count) === 1 ? unit.one : unit.many}`
}

const entries = { one: 'entry', many: 'entries' }
const units: Readonly<Record<string, typeof entries>> = {
  string: { one: 'character', many: 'characters' },
  array: entries,
  set: entries,
  map: entries,
  object: entries,
}
