import { createHash } from 'node:crypto'

/**
 * What two requests have in common when they ask for the same: SHA-256, hexadecimal, of the body
 * with its keys sorted and nulls left out, as `null` means absent.
 *
 * @param body read by `readJsonObject`, which bounds its depth
 */
export function bodyHash(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(body)))
    .digest('hex')
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner)]))
}
