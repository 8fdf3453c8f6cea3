/** Most bytes of a line, without CRLF, that every server has to take (RFC 5322 section 2.1.1). */
export const longestLine = 998

const cr = 0x0d

/** Whether a line of these bytes, whose lines end in CRLF, has more than so many without it. */
export function hasLongLine(bytes: Buffer, longest = longestLine): boolean {
  let start = 0
  for (let end = bytes.indexOf(cr); end >= 0; end = bytes.indexOf(cr, start)) {
    if (end - start > longest) return true
    start = end + 2
  }
  return bytes.length - start > longest
}
