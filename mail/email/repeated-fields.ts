import type { RawField } from './raw-email.ts'

/** Fields that may stand in a header once (RFC 5322 section 3.6, RFC 2045 section 3). */
const once = new Set([
  ...['from', 'sender', 'date', 'message-id', 'subject', 'mime-version', 'content-type'],
  ...['content-transfer-encoding', 'content-id', 'content-description', 'content-disposition'],
])

/** Of those, the lists, and what stands between two of their items. */
const lists: Readonly<Record<string, string>> = {
  to: ',',
  cc: ',',
  'reply-to': ',',
  'in-reply-to': '',
  references: '',
}

/** Makes one field of each that may stand there once: lists are joined, the same twice is itself. */
export function withoutRepeats(fields: readonly RawField[]): RawField[] {
  const kept = new Map<string, RawField[]>()
  for (const field of fields) {
    const same = kept.get(field.name)
    if (same) same.push(field)
    else kept.set(field.name, [field])
  }
  return fields
    .filter((field) => kept.get(field.name)![0] === field || !canMerge(field, kept))
    .map((field) => joined(kept.get(field.name)!, field))
}

/** Names of fields that stand there more than once, each with another value: which one counts? */
export function contradictions(fields: readonly RawField[]): string[] {
  const names = new Set(fields.map(({ name }) => name).filter((name) => once.has(name)))
  return [...names].filter((name) => !agree(fields.filter((field) => field.name === name)))
}

function canMerge({ name }: RawField, all: ReadonlyMap<string, readonly RawField[]>): boolean {
  return name in lists || (once.has(name) && agree(all.get(name)!))
}

function joined(all: readonly RawField[], field: RawField): RawField {
  const comma = lists[field.name]
  if (comma === undefined || all.length === 1) return field
  const items = all.slice(1).map((other) => valueOf(other))
  return { ...field, line: [field.line, ...items].join(`${comma}\r\n `) }
}

function agree(fields: readonly RawField[]): boolean {
  return new Set(fields.map((field) => valueOf(field).replace(/\s+/g, ' '))).size <= 1
}

function valueOf({ line }: RawField): string {
  return line.slice(line.indexOf(':') + 1).trim()
}
