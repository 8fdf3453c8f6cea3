import { endOfHeader, fieldNameOf, isKnownField } from './header-end.ts'
import { withCrlf, withoutNul } from './line-ends.ts'

/** A raw email taken apart, one character a byte, as it will leave: lines end in CRLF, NUL is gone. */
export interface RawEmail {
  readonly fields: readonly RawField[]
  readonly body: string
  /** Whether something was moved or dropped so that it could be read: no signature holds then. */
  readonly isMended: boolean
  /** Whether a Bcc was dropped that stood where it is no field: it is not among the fields. */
  readonly hasStrayBcc: boolean
}

export interface RawField {
  /** In lower case. */
  readonly name: string
  /** The whole field, folded as it came. */
  readonly line: string
}

/**
 * Takes a raw email apart. Accepting reads it with this too, so that what was judged is what is
 * sent. The header ends at the first empty line, or before it at the first line that is no field:
 * programs forget the empty line. Fields that still come after such a line are header all the same,
 * and Bcc is never body.
 */
export function readRaw(mime: Buffer): RawEmail {
  const brought = withCrlf(withOneCr(withoutNul(mime))).toString('latin1')
  const lines = brought.slice(startOfHeader(brought))
  const gap = lines.startsWith('\r\n') ? 0 : lines.indexOf('\r\n\r\n')
  const head = gap < 0 ? lines.replace(/\r\n$/, '') : lines.slice(0, gap)
  const after = gap < 0 ? '' : lines.slice(gap + (gap === 0 ? 2 : 4))
  const { fields, strays, rest, isMended, hasStrayBcc } = divide(piecesOf(head), gap >= 0)
  const paragraph = [...strays, ...rest].map((line) => `${line}\r\n`).join('')
  const isCut = gap < 0 && head === lines
  const body = rest.length > 0 && gap >= 0 ? `${paragraph}\r\n${after}` : paragraph + after
  return {
    fields,
    body: isCut && rest.length > 0 ? body.slice(0, -2) : body,
    isMended:
      isMended || lines.length < brought.length || mime.includes(0) || mime.includes('\r\r\n'),
    hasStrayBcc,
  }
}

/** Programs on Windows end every line in CR CR LF where a CRLF passes through a file in text mode. */
function withOneCr(mime: Buffer): Buffer {
  const firstEnd = mime.indexOf('\n')
  const isDoubled = firstEnd > 1 && mime.indexOf('\r') === firstEnd - 2
  return isDoubled
    ? Buffer.from(mime.toString('latin1').replace(/\r\r\n/g, '\r\n'), 'latin1')
    : mime
}

/** Where it begins: after a byte order mark, and after empty lines that a known field follows. */
function startOfHeader(lines: string): number {
  const start = lines.startsWith('\xef\xbb\xbf') ? 3 : 0
  const [blank] = /^(?:[ \t]{0,100}\r\n){0,100}/.exec(lines.slice(start, start + mostBlank))!
  const next = start + blank.length
  const name = fieldNameOf(lines.slice(next, next + mostBlank))
  return isKnownField(name) || name === 'bcc' ? next : start
}

/** Characters in front of a header. */
const mostBlank = 10_000

/** What stands before the first empty line: fields, lines among them that are none, and body. */
function divide(all: readonly RawField[], hasGap: boolean) {
  const pieces = all.slice(isMboxLine(all[0]?.line ?? '') ? 1 : 0)
  const end = endOfHeader(pieces.map(({ name }) => name))
  const isHeader = hasGap || pieces.slice(0, end).some(({ name }) => isKnownField(name))
  const header = isHeader ? pieces.slice(0, end) : []
  const fields = header.filter(({ name }) => name !== '')
  const strays = header
    .filter(({ name }) => name === '')
    .flatMap(readable)
    .filter((line) => line.trim() !== '')
  const isText = !isBase64(fields)
  return {
    fields: isText ? fields : [...fields, ...strays.map(asField)],
    strays: isText ? strays : [],
    rest: pieces.slice(header.length).flatMap(readable),
    isMended: fields.length < all.length || header.some(({ line }) => /^[ \t]/.test(line)),
    hasStrayBcc: pieces.some((piece) => !fields.includes(piece) && holdsBcc(piece)),
  }
}

/**
 * Lines with what is folded below them; a name only where they are fields. A Bcc that is indented
 * does not belong to the field above it.
 */
function piecesOf(head: string): RawField[] {
  if (head === '') return []
  return head
    .split(/\r\n(?![ \t])|\r\n(?=[ \t]+(?:resent-)?bcc[ \t]*:[^\r]*@)/i)
    .map((line) => ({ name: isBcc(line) ? 'bcc' : fieldNameOf(line), line }))
}

/** How an mbox begins each email. */
function isMboxLine(line: string): boolean {
  return /^>?From /.test(line)
}

/** The lines of a piece as body, without any that would show who is Bcc. */
function readable({ line }: RawField): string[] {
  return isBcc(line) ? [] : line.split('\r\n').filter((part) => !isBcc(part))
}

function holdsBcc({ line }: RawField): boolean {
  return line.split('\r\n').some(isBcc)
}

function isBcc(line: string): boolean {
  return /^\s*(resent-)?bcc\s*:/i.test(line)
}

/** Text in front of base64 would be read as some of it. */
function isBase64(fields: readonly RawField[]): boolean {
  return fields.some(({ line }) => /^content-transfer-encoding[ \t]*:[ \t]*base64/i.test(line))
}

function asField(line: string): RawField {
  return { name: 'x-postern-unread', line: `X-Postern-Unread: ${line.trimStart()}` }
}
