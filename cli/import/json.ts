import { usage } from '../../machine/failure.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import { whatIs } from './what-is.ts'

/**
 * Reads JSON.
 *
 * @param expected what the file should have been, for the error
 * @throws Failure saying where it stops being JSON; the message of JSON.parse quotes the file, and
 *   with it perhaps a password, so it is never passed on
 */
export function readJson(text: string, expected: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const place = /line \d+ column \d+/.exec(String(error))?.[0]
    const found = text.trimStart().startsWith('{') ? 'JSON with a mistake in it' : whatIs(text)
    throw usage(`expected ${expected}; found ${found}${place ? ` at ${place}` : ''}`)
  }
}

/** What stands at a path of names that are ours, never a file's. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isPlainObject(inner) ? inner[key] : undefined),
    value,
  )
}

/** A text or number as text; nothing for what is neither. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

/** The keys of an object; none of anything else. */
export function keysOf(value: unknown): readonly string[] {
  return isPlainObject(value) ? Object.keys(value) : []
}
