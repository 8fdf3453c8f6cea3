/**
 * Text whose lines end in CRLF. Piece by piece: an expression takes 1 GB for 32 MB of line feeds.
 *
 * @returns the same bytes where they are that already
 */
export function withCrlf(bytes: Buffer): Buffer {
  if (isCrlf(bytes)) return bytes
  const pieces: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = endOfPiece(bytes, start)
    const text = bytes.toString('latin1', start, end).replace(/\r\n|\r|\n/g, '\r\n')
    pieces.push(Buffer.from(text, 'latin1'))
    start = end
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

const pieceBytes = 65_536

/** Never between a CR and its LF. */
function endOfPiece(bytes: Buffer, start: number): number {
  const end = Math.min(start + pieceBytes, bytes.length)
  return bytes[end - 1] === cr && bytes[end] === lf ? end + 1 : end
}

/** Whether every line ends in CRLF. Asked of every email: an expression finds the first in no time. */
export function isCrlf(bytes: Buffer): boolean {
  return !/\r(?!\n)|(?<!\r)\n/.test(bytes.toString('latin1'))
}

/** The same lines, those that end in CRLF ending in LF. By bytes: 30 MB as text stop all for a second. */
export function withLf(bytes: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  let to = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte !== cr || bytes[at + 1] !== lf) out[to++] = byte
  }
  return out.subarray(0, to)
}

/** Of any email: each costs more than its bytes. 40 MB of base64 have 520,000. */
export const mostLines = 1_000_000

/** The lines of a text, whatever ends them: how many, and the bytes of the longest without its end. */
export function measureLines(bytes: Buffer): { count: number; longest: number } {
  let count = 1
  let longest = 0
  let start = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte > cr || (byte !== lf && byte !== cr)) continue
    if (at - start > longest) longest = at - start
    if (byte === cr && bytes[at + 1] === lf) at += 1
    start = at + 1
    count += 1
  }
  return { count, longest: Math.max(longest, bytes.length - start) }
}

export function withoutNul(bytes: Buffer): Buffer {
  return bytes.includes(0) ? Buffer.from(bytes.filter((byte) => byte !== 0)) : bytes
}

const [lf, cr] = [0x0a, 0x0d]
