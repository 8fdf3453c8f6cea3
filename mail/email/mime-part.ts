import {
  mostHeaderBytes,
  readFields,
  readParameters,
  valueOf,
  type MimeField,
} from './mime-fields.ts'

/** A part of an email, or all of it (RFC 2045). */
export interface MimePart {
  readonly fields: readonly MimeField[]
  /** Its content type in lower case, such as `text/plain`. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  /** What it holds, as it lies there: encoded. */
  readonly body: Buffer
  /** Those of a multipart. */
  readonly parts: readonly MimePart[]
  /** Why it is not taken apart as it says, or not whole. */
  readonly fault?: string
}

/** An email that goes beyond a bound: taking it apart would cost others too much. */
export class MimeBoundError extends Error {
  override readonly name = 'MimeBoundError'
}

/** Parts inside each other, and all parts of an email; their headers together are as one header. */
const deepest = 20
const mostParts = 1_000

/**
 * Takes an email apart, in one pass for each multipart around another. A multipart that is broken
 * is a text as it lies there, with the reason.
 *
 * By hand: postal-mime decodes inside, by charsets of its own, puts forwarded emails into the text,
 * drops a multipart whose boundary does not occur, and takes 4 to 16 s for a megabyte of line ends.
 *
 * @throws MimeBoundError
 */
export function readMime(bytes: Buffer): MimePart {
  return readPart(bytes, { parts: 0, headerBytes: 0 }, 0)
}

interface Spent {
  parts: number
  headerBytes: number
}

function readPart(bytes: Buffer, spent: Spent, depth: number): MimePart {
  const { fields, body } = readFields(bytes, mostHeaderBytes)
  spend(spent, bytes.length - body.length, depth)
  const { value, parameters } = readParameters(valueOf(fields, 'content-type'))
  const type = value.includes('/') ? value : 'text/plain'
  const part = { fields, type, parameters, body, parts: [] }
  if (!type.startsWith('multipart/')) return part
  const boundary = parameters.get('boundary')
  if (!boundary) return { ...part, fault: `a ${type} without a boundary` }
  const { pieces, isClosed } = cutAt(body, boundary)
  if (pieces.length === 0)
    return { ...part, fault: `a ${type} whose boundary "${boundary}" begins no part` }
  const parts = pieces.map((piece) => readPart(piece, spent, depth + 1))
  const fault = isClosed ? undefined : `a ${type} that ends before its boundary "${boundary}--"`
  return { ...part, parts, ...(fault && { fault }) }
}

function spend(spent: Spent, headerBytes: number, depth: number) {
  spent.parts += 1
  spent.headerBytes += headerBytes
  if (depth > deepest) throw new MimeBoundError(`more than ${deepest} parts inside each other`)
  if (spent.parts > mostParts) throw new MimeBoundError(`more than ${mostParts} parts`)
  if (spent.headerBytes > mostHeaderBytes)
    throw new MimeBoundError(`more than ${mostHeaderBytes} bytes of header`)
}

/** What stands between the boundaries (RFC 2046 section 5.1.1); the line end before one is its own. */
function cutAt(body: Buffer, boundary: string): { pieces: Buffer[]; isClosed: boolean } {
  const pieces: Buffer[] = []
  let start: number | undefined
  for (const { from, to, isLast } of delimitersIn(body, `--${boundary}`)) {
    if (start !== undefined) pieces.push(body.subarray(start, Math.max(start, from)))
    if (isLast) return { pieces, isClosed: true }
    start = to
    if (pieces.length > mostParts) break
  }
  if (start !== undefined) pieces.push(body.subarray(start))
  return { pieces, isClosed: false }
}

/** What may stand behind a boundary: a hyphen, a blank, a line end, nothing. */
const ends = new Set<number | undefined>([0x2d, 0x20, 0x09, 0x0d, 0x0a, undefined])

/** The lines that are a boundary, from the line end before to that behind. */
function* delimitersIn(body: Buffer, delimiter: string) {
  // Charsets of boundaries do not matter: their bytes are compared.
  const mark = Buffer.from(delimiter)
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if ((at > 0 && body[at - 1] !== 0x0a) || !ends.has(body[at + mark.length])) continue
    const to = body.indexOf(0x0a, at) + 1 || body.length
    const tail = /^(--)?[ \t]*\r?\n?$/.exec(body.toString('latin1', at + mark.length, to))
    if (!tail) continue
    const from = at - (body[at - 2] === 0x0d ? 2 : 1)
    yield { from, to, isLast: tail[1] !== undefined }
  }
}
