import { endOfHeader, farthestField, fieldNameOf } from './header-end.ts'

/** Most bytes of a header that anything here reads. Exchange takes as many. */
export const mostHeaderBytes = 256_000

/** A header field, on one line. */
export interface MimeField {
  /** As it is written. */
  readonly name: string
  readonly value: string
}

/**
 * Cuts bytes into the fields of a header and what follows. The header ends at an empty line, or
 * before the first line that is no field, if no field that a header lacks still follows; or right
 * after that many bytes.
 */
export function readFields(
  bytes: Buffer,
  mostBytes: number,
): { fields: MimeField[]; body: Buffer } {
  const { pieces, rest } = piecesOf(bytes, mostBytes)
  const end = endOfHeader(pieces.map(({ name }) => name))
  const fields = pieces.slice(0, end).filter(({ name }) => name !== '')
  const body = bytes.subarray(pieces[end]?.at ?? rest)
  return { fields: fields.map(({ lines }) => fieldOf(lines)), body }
}

/** A line with those that are folded below it, and where it begins. */
interface Piece {
  readonly name: string
  readonly lines: string[]
  readonly at: number
}

/** What stands before the first empty line, as far as it can be header. */
function piecesOf(bytes: Buffer, mostBytes: number): { pieces: Piece[]; rest: number } {
  const pieces: Piece[] = []
  let strays = 0
  let at = 0
  while (at < bytes.length && at <= mostBytes && strays < farthestField) {
    const next = bytes.indexOf(lf, at) + 1 || bytes.length
    const line = textOf(bytes.subarray(at, next)).replace(/\r?\n$/, '')
    if (line === '') return { pieces, rest: next }
    if (pieces.length > 0 && /^[ \t]/.test(line)) pieces.at(-1)!.lines.push(line)
    else {
      pieces.push({ name: fieldNameOf(line), lines: [line], at })
      if (strays > 0 || pieces.at(-1)!.name === '') strays += 1
    }
    at = next
  }
  return { pieces, rest: at }
}

const lf = 0x0a

/** UTF-8 (RFC 6532) where it is that, else one character a byte. */
function textOf(line: Buffer): string {
  const text = line.toString('utf8')
  return text.includes('\ufffd') ? line.toString('latin1') : text
}

function fieldOf(lines: readonly string[]): MimeField {
  const line = lines.join('')
  const colon = line.indexOf(':')
  return { name: line.slice(0, colon).trimEnd(), value: line.slice(colon + 1).trim() }
}

/** The first field of that name, which is in lower case. */
export function valueOf(fields: readonly MimeField[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.value
}

/** A value with parameters (RFC 2045 section 5.1), such as `text/plain; charset=utf-8`. */
interface Parameterised {
  /** In lower case; empty where there is none. */
  readonly value: string
  /** By name in lower case, as they are written: not joined, not decoded (RFC 2231). */
  readonly parameters: ReadonlyMap<string, string>
}

export function readParameters(text = ''): Parameterised {
  const value = /^[\s"]*([^\s;"()]*)/.exec(text)![1]!.toLowerCase()
  const parameters = new Map<string, string>()
  for (const [, name = '', quoted, bare = ''] of text.matchAll(parameter)) {
    const key = name.toLowerCase()
    const written = quoted?.replace(/\\(.)/gs, '$1') ?? bare.trim()
    if (!parameters.has(key)) parameters.set(key, written)
  }
  return { value, parameters }
}

const parameter = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/gs
