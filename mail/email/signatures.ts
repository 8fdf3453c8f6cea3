import type { RawField } from './raw-email.ts'

/**
 * Takes out every signature of a header that no longer says what was signed: a broken one counts
 * as none at best, and some receivers refuse it. An ARC set goes as a whole (RFC 8617 section 4.1).
 *
 * @param before the header as it came
 * @param after the header as it leaves, top to bottom
 * @param isBodySame whether the body still is what was signed
 */
export function withoutBrokenSignatures(
  before: readonly RawField[],
  after: readonly RawField[],
  isBodySame: boolean,
): RawField[] {
  const [old, now] = [linesByName(before), linesByName(after)]
  const holds = (field: RawField) => isBodySame && isCoveredSame(field, old, now)
  const signatures = after.filter(({ name }) => signing.has(name))
  const broken = new Set(signatures.filter((field) => !holds(field)))
  const isArcBroken = [...broken].some(({ name }) => name === 'arc-message-signature')
  return after.filter(
    (field) => !broken.has(field) && !(isArcBroken && field.name.startsWith('arc-')),
  )
}

/** Whether an email is signed in a way that lines folded or encoded again would break. */
export function isSigned(fields: readonly RawField[]): boolean {
  return fields.some(({ name, line }) => signing.has(name) || signedType.test(line))
}

const signing = new Set(['dkim-signature', 'domainkey-signature', 'arc-message-signature'])

const signedType = /^content-type[ \t]*:\s*multipart\/signed/i

/** The bottom ones count, as many as are listed; listing more than there are signs their absence. */
function isCoveredSame({ line }: RawField, before: LinesByName, after: LinesByName): boolean {
  const names = (/[;:]\s*h\s*=([^;]*)/.exec(line)?.[1] ?? '').toLowerCase().split(':')
  const counts = new Map<string, number>()
  for (const name of names.map((one) => one.replace(/\s+/g, '')))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].every(([name, count]) => {
    const [old, now] = [before, after].map((lines) => bottom(lines.get(name), count))
    return old === now
  })
}

type LinesByName = ReadonlyMap<string, readonly string[]>

/** Looked up for every name that is signed: a header can name thousands. */
function linesByName(fields: readonly RawField[]): LinesByName {
  const lines = new Map<string, string[]>()
  for (const { name, line } of fields) {
    const known = lines.get(name)
    if (known) known.push(line)
    else lines.set(name, [line])
  }
  return lines
}

function bottom(lines: readonly string[] = [], count: number): string {
  return lines.slice(-count).join('\r\n')
}
