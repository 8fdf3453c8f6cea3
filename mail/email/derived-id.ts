import { createHash } from 'node:crypto'

/** An id for what has only a name: the same each time (UUIDv8, RFC 9562 section 5.8). */
export function derivedId(...name: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(name)).digest('hex')
  const [first, second, third] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 15)]
  return `${first}-${second}-8${third}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`
}
