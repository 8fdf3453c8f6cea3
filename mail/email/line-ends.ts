/**
 * Text whose lines end in CRLF. By bytes: an expression takes 1 GB for 32 MB of line feeds.
 *
 * @returns the same bytes where they are that already
 */
export function withCrlf(bytes: Buffer): Buffer {
  const bare = countBare(bytes)
  if (bare === 0) return bytes
  const out = Buffer.allocUnsafe(bytes.length + bare)
  let to = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === lf && bytes[at - 1] !== cr) out[to++] = cr
    out[to++] = byte
    if (byte === cr && bytes[at + 1] !== lf) out[to++] = lf
  }
  return out
}

/** Whether every line ends in CRLF. */
export function isCrlf(bytes: Buffer): boolean {
  return countBare(bytes) === 0
}

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

/** How many CR and LF end a line without the other. */
function countBare(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === lf && bytes[at - 1] !== cr) count += 1
    else if (byte === cr && bytes[at + 1] !== lf) count += 1
  }
  return count
}
