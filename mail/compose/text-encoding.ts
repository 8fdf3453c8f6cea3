import { encode, wrap } from 'nodemailer/lib/base64'
import { withCrlf } from '../email/line-ends.ts'
import { hasLongLine } from '../email/long-line.ts'

/** A text as the body of a MIME part. */
interface EncodedText {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64'
  readonly bytes: Buffer
}

/** RFC 2045 section 6.7, rule 5, and section 6.8: a line of an encoded body, without CRLF. */
const longestLine = 76

/**
 * Encodes a text for any server on the way (RFC 2045): short lines of ASCII as they are, what else
 * is mostly readable in quoted-printable, the rest in base64. Lines end in CRLF in all of them,
 * whatever ended them in the text.
 */
export function encodeText(text: string): EncodedText {
  // RFC 2045 section 6.8: line ends are CRLF before anything is encoded.
  const bytes = withCrlf(Buffer.from(text))
  const foreign = hasForeign.test(text) ? countForeign(bytes) : 0
  if (foreign === 0 && !hasLongLine(bytes, longestLine)) return { encoding: '7bit', bytes }
  return foreign <= bytes.length / 2
    ? { encoding: 'quoted-printable', bytes: encodeQuotedPrintable(bytes) }
    : { encoding: 'base64', bytes: encodeBase64(bytes) }
}

/** In lines, each but the last ended by CRLF. */
export function encodeBase64(bytes: Buffer): Buffer {
  return Buffer.from(wrap(encode(bytes), longestLine), 'latin1')
}

const tab = 0x09
const lf = 0x0a
const cr = 0x0d
const space = 0x20
const equals = 0x3d

/** Whether there is anything to count, which an expression says in a quarter of the time. */
const hasForeign = /[^\t\n\r -~]/

/** How many bytes are no printable ASCII, blank, tab or part of a line end. */
function countForeign(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte > 0x7e || (byte < space && byte !== lf && byte !== cr && byte !== tab)) count++
  }
  return count
}

const hexDigits = Buffer.from('0123456789ABCDEF')

/** The most bytes that one can become, soft line breaks included. */
const mostPerByte = 3.2

/** Of a line, one place being kept for the "=" of a soft line break. */
const room = longestLine - 1

/**
 * RFC 2045 section 6.7. By hand, because nodemailer's goes through every line with regular
 * expressions, which took most of the time of composing; and run by run, because copying byte by
 * byte took three times as long.
 */
export function encodeQuotedPrintable(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil(bytes.length * mostPerByte) + 8)
  return out.subarray(0, quoteInto(out, bytes))
}

/** @returns how many bytes were written */
function quoteInto(out: Buffer, bytes: Buffer): number {
  let to = 0
  let column = 0
  for (let at = 0; at < bytes.length;) {
    const end = endOfRun(bytes, at, Math.min(bytes.length, at + room - column))
    const byte = bytes[at]!
    if (end > at) {
      to += bytes.copy(out, to, at, end)
      column += end - at
      at = end
    } else if (byte === cr || byte === lf) {
      out[to++] = byte
      column = 0
      at += 1
    } else if (column === room || column + widthOf(byte) > room) {
      out[to++] = equals
      out[to++] = cr
      out[to++] = lf
      column = 0
    } else {
      out[to++] = equals
      out[to++] = hexDigits[byte >> 4]!
      out[to++] = hexDigits[byte & 15]!
      column += 3
      at += 1
    }
  }
  return to
}

/** Whether a byte stands for itself: printable ASCII but "=", and blanks within a line. */
const isItself = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte === tab || (byte >= space && byte < 0x7f && byte !== equals)),
)

/** Rule 3: a blank that ends a line would be stripped on the way, so there it is encoded. */
function endOfRun(bytes: Buffer, start: number, most: number): number {
  let end = start
  while (end < most && isItself[bytes[end]!] === 1) end++
  const endsLine = end === bytes.length || bytes[end] === cr
  return end > start && endsLine && bytes[end - 1]! <= space ? end - 1 : end
}

/**
 * Columns that must be free for a byte: for the first one of a character those of all of it, as
 * some readers decode line by line, and for the others none, since they have theirs already.
 */
function widthOf(byte: number): number {
  if (byte < 0x80) return 3
  if (byte < 0xc0) return 0
  return byte < 0xe0 ? 6 : byte < 0xf0 ? 9 : 12
}
