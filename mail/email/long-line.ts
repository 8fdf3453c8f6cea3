/** Most bytes of a line, without CRLF, that every server has to take (RFC 5322 section 2.1.1). */
export const longestLine = 998

const cr = 0x0d

/**
 * Whether a line has more than so many bytes without its CRLF; text has one character a byte.
 * It goes by the ends of lines, because it is asked of every email and all of its bytes.
 */
export function hasLongLine(content: Buffer | string, longest = longestLine): boolean {
  const endAfter = (start: number) =>
    typeof content === 'string' ? content.indexOf('\r\n', start) : content.indexOf(cr, start)
  let start = 0
  for (let end = endAfter(start); end >= 0; end = endAfter(start)) {
    if (end - start > longest) return true
    start = end + 2
  }
  return content.length - start > longest
}
