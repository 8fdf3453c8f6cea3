import { createHash } from 'node:crypto'
import { Refusal } from './errors.ts'

/**
 * What two requests have in common when they ask for the same: SHA-256, hexadecimal, of the body
 * with its keys sorted and nulls left out, as `null` means absent.
 *
 * @throws Refusal 400 when the body is nested more than 100 levels deep
 */
export function bodyHash(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(body, 0)))
    .digest('hex')
}

/** No email needs more than five; a stack holds some ten thousand. */
const deepest = 100

function canonical(value: unknown, depth: number): unknown {
  if (depth > deepest)
    throw new Refusal(400, 'validation_error', `The body is nested over ${deepest} levels deep.`)
  if (Array.isArray(value)) return value.map((item) => canonical(item, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner, depth + 1)]))
}
