import { longestLine } from '../email/long-line.ts'
import type { RawField } from '../email/raw-email.ts'
import { contradictions } from '../email/repeated-fields.ts'
import { isSigned } from '../email/signatures.ts'
import type { Fault } from './fault.ts'

/** What must be refused of a raw email while its client still listens. */
export function rawFaults(mime: Buffer, fields: readonly RawField[], key?: string): Fault[] {
  return [...keyFaults(key), ...repeatFaults(fields), ...lineFaults(mime, fields)]
}

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
  if (!hasLongLine(mime) || !isFixed(mime, fields)) return []
  const rule = `a line is longer than ${longestLine} bytes, and encoding it would break the signature: encode it before you sign`
  return [{ field: 'content', rule, kind: 'invalid' }]
}

/** Also a part that is signed within another. */
function isFixed(mime: Buffer, fields: readonly RawField[]): boolean {
  return (
    isSigned(fields) || /^content-type[ \t]*:\s*multipart\/signed/im.test(mime.toString('latin1'))
  )
}

/** LF to LF first, which is quick; only what is too long then can hold a bare CR or NUL that counts. */
function hasLongLine(mime: Buffer): boolean {
  for (let start = 0; start < mime.length;) {
    const feed = mime.indexOf(0x0a, start)
    const end = feed < 0 ? mime.length : feed
    if (end - start > longestLine && isLong(mime.toString('latin1', start, end))) return true
    start = end + 1
  }
  return false
}

function isLong(piece: string): boolean {
  return piece
    .replaceAll('\0', '')
    .split('\r')
    .some((line) => line.length > longestLine)
}
