import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What only this account has, each with what stands in its place. */
export type Stands = Readonly<Record<string, string>>

interface Kind {
  readonly pattern: RegExp
  readonly placeholder: (n: number) => string
}

/** Ids that AWS gives. The same one is replaced by the same wherever it occurs. */
const kinds: readonly Kind[] = [
  // Of an email in SES, and of its feedback.
  {
    pattern: /\b[0-9a-f]{16}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-\d{6}\b/g,
    placeholder: (n) => `0100000000000000-00000000-0000-0000-0000-${digits(n, 12)}-000000`,
  },
  {
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
    placeholder: (n) => `00000000-0000-7000-8000-${digits(n, 12)}`,
  },
  // Of RFC 5737, for documentation.
  { pattern: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g, placeholder: (n) => `192.0.2.${n % 256}` },
  { pattern: /\b\d{12}\b/g, placeholder: () => '111122223333' },
  { pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b/g, placeholder: () => 'AROAEXAMPLE' },
]

/** A payload as text in which nothing tells of the account that it comes from. */
export function redacted(payload: unknown, stands: Stands): string {
  let text = JSON.stringify(payload, undefined, 2)
  for (const [own, stand] of Object.entries(stands)) text = text.replaceAll(own, stand)
  for (const { pattern, placeholder } of kinds) {
    const known = new Map<string, string>()
    text = text.replaceAll(pattern, (id) => {
      const stand = known.get(id) ?? placeholder(known.size + 1)
      known.set(id, stand)
      return stand
    })
  }
  return text
}

/** Writes each payload into a file of its own below a folder. */
export function recorder(folder: string, stands: Stands) {
  return (name: string, payload: unknown): void => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${name}.json`), `${redacted(payload, stands)}\n`)
  }
}

function digits(n: number, count: number): string {
  return String(n).padStart(count, '0')
}
