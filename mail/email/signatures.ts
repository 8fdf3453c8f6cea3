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
  const holds = (field: RawField) => isBodySame && isCoveredSame(field, before, after)
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
function isCoveredSame(
  { line }: RawField,
  before: readonly RawField[],
  after: readonly RawField[],
): boolean {
  const names = (/[;:]\s*h\s*=([^;]*)/.exec(line)?.[1] ?? '').toLowerCase().split(':')
  const counts = Object.entries(Object.groupBy(names, (name) => name.replace(/\s+/g, '')))
  return counts.every(([name, all]) => {
    const [old, now] = [before, after].map((fields) => bottom(fields, name, all!.length))
    return old === now
  })
}

function bottom(fields: readonly RawField[], name: string, count: number): string {
  return fields
    .filter((field) => field.name === name)
    .slice(-count)
    .map(({ line }) => line)
    .join('\r\n')
}
