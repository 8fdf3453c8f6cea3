import { measureLines, mostLines, withoutNul } from '../email/line-ends.ts'
import { longestLine } from '../email/long-line.ts'
import { mostHeaderBytes, readFields } from '../email/mime-fields.ts'
import type { RawField } from '../email/raw-email.ts'
import { contradictions } from '../email/repeated-fields.ts'
import { isSigned } from '../email/signatures.ts'
import type { Fault } from './fault.ts'

/** What must be refused of a raw email while its client still listens. */
export function rawFaults(mime: Buffer, fields: readonly RawField[], key?: string): Fault[] {
  return [...keyFaults(key), ...repeatFaults(fields), ...lineFaults(mime, fields)]
}

/**
 * Why an email costs too much to be taken apart or composed, told by little work: before it is read,
 * because it is read again at every attempt and each time that someone looks at it.
 */
export function boundFaults(mime: Buffer): Fault[] {
  const { fields, body } = readFields(mime, mostHeaderBytes)
  const rules = [
    mime.length - body.length > mostHeaderBytes &&
      `its header has more than ${mostHeaderBytes} bytes`,
    fields.length > mostFields && `its header has more than ${mostFields} fields`,
    measureLines(mime).count > mostLines && `it has more than ${mostLines} lines`,
  ]
  return rules
    .filter((rule) => rule !== false)
    .map((rule) => ({ field: 'content', rule, kind: 'tooLarge' }))
}

const mostFields = 2_000

function keyFaults(key: string | undefined): Fault[] {
  if (key === undefined || (key.length >= 1 && key.length <= 256)) return []
  return [
    { field: 'Resend-Idempotency-Key', rule: 'it must have 1 to 256 characters', kind: 'invalid' },
  ]
}

/** Two programs would read two different emails, and Gmail refuses them. */
function repeatFaults(fields: readonly RawField[]): Fault[] {
  return contradictions(fields).map((name) => ({
    field: name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
    rule: 'it stands there more than once, with different values (RFC 5322 section 3.6 allows one)',
    kind: 'invalid',
  }))
}

function lineFaults(mime: Buffer, fields: readonly RawField[]): Fault[] {
  if (measureLines(withoutNul(mime)).longest <= longestLine || !isFixed(mime, fields)) return []
  const rule = `a line is longer than ${longestLine} bytes, and encoding it would break the signature: encode it before you sign`
  return [{ field: 'content', rule, kind: 'invalid' }]
}

/** Also a part that is signed within another. */
function isFixed(mime: Buffer, fields: readonly RawField[]): boolean {
  return (
    isSigned(fields) || /^content-type[ \t]*:\s*multipart\/signed/im.test(mime.toString('latin1'))
  )
}
