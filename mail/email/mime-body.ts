import { decodeText } from './charset.ts'
import { unflow } from './flowed-text.ts'
import { valueOf } from './mime-fields.ts'
import type { MimePart } from './mime-part.ts'

/** What a part holds, decoded (RFC 2045 section 6). */
export function bytesOf({ fields, body, fault }: MimePart): Buffer {
  if (fault !== undefined) return body
  const encoding = (valueOf(fields, 'content-transfer-encoding') ?? '').slice(0, longestEncoding)
  switch (/[\w-]+/.exec(encoding.replace(/\([^)]*\)/g, ''))?.[0].toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64')
    case 'quoted-printable':
      return unquote(body)
    default:
      return body
  }
}

/** Characters of a Content-Transfer-Encoding that are read, comments included. */
const longestEncoding = 200

/** Most bytes of text that are read, encoded as they are: a mail program shows less. */
export const longestText = 4_000_000

/** The text that a part holds, lines ending in LF; of a very long one the beginning. */
export async function textOf(part: MimePart): Promise<string> {
  const { parameters } = part
  const charset = parameters
    .get('charset')
    ?.slice(0, 100)
    .replace(/[\s(].*/s, '')
  const text = (
    await decodeText(bytesOf({ ...part, body: part.body.subarray(0, longestText) }), charset)
  ).replace(/\r\n?/g, '\n')
  return parameters.get('format')?.toLowerCase() === 'flowed'
    ? await unflow(text, parameters.get('delsp')?.toLowerCase() === 'yes')
    : text
}

const lf = 0x0a
const cr = 0x0d
const equals = 0x3d

/**
 * Quoted-printable (RFC 2045 section 6.7); what is not well-formed stays as it is. By hand, because
 * the regular expressions of nodemailer take quadratic time on a run of blanks.
 */
export function unquote(body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(body.length)
  let to = 0
  // Behind the last byte of the line that is no blank: blanks at its end were added on the way.
  let solid = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!
    if (byte === lf || byte === cr) to = solid
    if (byte !== equals) {
      out[to++] = byte
      if (byte !== 0x20 && byte !== 0x09) solid = to
      continue
    }
    const soft = endOfSoftBreak(body, at + 1)
    const code = soft < 0 ? hexAt(body, at + 1) : -1
    if (soft >= 0) at = soft - 1
    else if (code >= 0) at += 2
    if (soft < 0) out[to++] = code >= 0 ? code : byte
    solid = to
  }
  return out.subarray(0, solid)
}

/** Whether each equals sign begins a byte or ends a line. */
export function isQuotedPrintable(body: Buffer): boolean {
  for (let at = body.indexOf(equals); at >= 0; at = body.indexOf(equals, at + 1))
    if (endOfSoftBreak(body, at + 1) < 0 && hexAt(body, at + 1) < 0) return false
  return true
}

/** The first place from one on where quoted-printable can be cut: behind what an equals sign says. */
export function endOfQuoted(body: Buffer, from: number): number {
  const at = body.indexOf(equals, from)
  if (at < 0) return body.length
  const soft = endOfSoftBreak(body, at + 1)
  return soft < 0 ? at + 3 : soft
}

/** Behind the line end that an equals sign hides, or -1 where it hides none. */
function endOfSoftBreak(body: Buffer, from: number): number {
  let at = from
  while (body[at] === 0x20 || body[at] === 0x09) at++
  if (at >= body.length) return at
  if (body[at] === cr) at++
  return body[at] === lf ? at + 1 : -1
}

function hexAt(body: Buffer, at: number): number {
  const high = digitOf(body[at])
  const low = digitOf(body[at + 1])
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function digitOf(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte & ~0x20
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : -1
}
