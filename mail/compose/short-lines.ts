import { hasLongLine, longestLine } from '../email/long-line.ts'
import { encodeBase64, encodeQuotedPrintable } from './text-encoding.ts'
import type { RawField } from '../email/raw-email.ts'
import { type Change, encodedAs, type Part, valueOf, withChangedParts } from './changed-parts.ts'

/**
 * Makes lines that are too long short, without a change in what they say: a field is folded, a text
 * leaves in quoted-printable, another file in base64, and what was encoded in one long line is put
 * into many. Only the part with such a line changes. Its text is one character a byte.
 */
export function withShortLines(whole: Part): Part {
  const short = withChangedParts(whole, shortening)
  const isMime = short.fields.some(({ name }) => name === 'mime-version')
  if (short.body === whole.body || isMime) return short
  const mime = { name: 'mime-version', line: 'MIME-Version: 1.0' }
  return { ...short, fields: [...short.fields, mime] }
}

const shortening: Change = {
  isNeeded: hasLongLine,
  field: folded,
  content: encoded,
  around: broken,
}

function encoded({ fields, body }: Part, isText: boolean): Part {
  const encoding = valueOf(fields, 'content-transfer-encoding').toLowerCase()
  // One long line of base64, or soft line breaks that were forgotten: it stays what it is.
  if (encoding === 'base64') return { fields, body: inLines(body) }
  if (encoding === 'quoted-printable') return { fields, body: softlyBroken(body) }
  const bytes = Buffer.from(body, 'latin1')
  return isText
    ? encodedAs('quoted-printable', fields, encodeQuotedPrintable(bytes))
    : encodedAs('base64', fields, encodeBase64(bytes))
}

function inLines(body: string): string {
  const lines = body.replace(/\s+/g, '').match(/.{1,76}/g) ?? []
  return lines.map((line) => `${line}\r\n`).join('')
}

/** RFC 2045 section 6.7: "=" ends a line that goes on; never within one of its triplets. */
function softlyBroken(body: string): string {
  const soft = (line: string) => line.match(/(?:=[0-9a-f]{2}|.){1,24}/gis)?.join('=\r\n') ?? ''
  return eachLine(body, (line) => (line.length > 76 ? soft(line) : line))
}

/** A field over several lines: at its blanks, or where it has none as Postfix breaks it. */
function folded(field: RawField): RawField {
  if (!hasLongLine(field.line)) return field
  // No line of nothing but blanks: where those are stripped, the header would end there.
  const said = field.line.replace(/[ \t]{61,}/g, ' ')
  return { ...field, line: eachLine(said, (line) => cut(line, foldAt)) }
}

/** For what cannot be encoded: a line goes on after CRLF and a blank. */
function broken(text: string): string {
  return hasLongLine(text) ? eachLine(text, (line) => cut(line, () => longestLine - 1)) : text
}

/** Before the last blank that leaves a line of some length on both sides. */
function foldAt(line: string): number {
  const blank = Math.max(line.lastIndexOf(' ', longestFold), line.lastIndexOf('\t', longestFold))
  return blank > 0 && line.slice(0, blank).trim() !== '' ? blank : longestLine - 1
}

const longestFold = 900

function cut(line: string, where: (line: string) => number): string {
  const pieces: string[] = []
  let at = 0
  while (line.length - at > longestLine - 1) {
    const piece = line.slice(at, at + longestLine)
    const end = where(piece)
    pieces.push(piece.slice(0, end))
    at += end
  }
  const all = [...pieces, line.slice(at)]
  return all
    .map((piece, index) => (index === 0 || /^[ \t]/.test(piece) ? piece : ` ${piece}`))
    .join('\r\n')
}

function eachLine(text: string, change: (line: string) => string): string {
  return text.split('\r\n').map(change).join('\r\n')
}
