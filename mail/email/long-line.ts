const cr = 0x0d

/** Whether a line of these bytes, whose lines end in CRLF, has more than so many without it. */
export function hasLongLine(bytes: Buffer, longest: number): boolean {
  let start = 0
  for (let end = bytes.indexOf(cr); end >= 0; end = bytes.indexOf(cr, start)) {
    if (end - start > longest) return true
    start = end + 2
  }
  return bytes.length - start > longest
}
