/**
 * Takes a raw email apart, one character a byte, as it will leave: lines end in CRLF, NUL is gone.
 * Accepting reads it with this too, so that what was judged is what is sent.
 */
export function readRaw(mime: Buffer): { fields: RawField[]; body: string } {
  const text = mime.toString('latin1').replace(/\0/g, '')
  const lines = text.replace(/\r\n|\r|\n/g, '\r\n')
  const end = lines.startsWith('\r\n') ? 0 : lines.indexOf('\r\n\r\n')
  // Without an empty line nothing says where a header would end: then all of it is body.
  if (end < 0) return { fields: [], body: lines }
  return { fields: fieldsOf(lines.slice(0, end)), body: lines.slice(end + (end === 0 ? 2 : 4)) }
}

export interface RawField {
  /** In lower case. */
  readonly name: string
  /** The whole field, folded as it came. */
  readonly line: string
}

/** Header fields with their folded lines; what is no field is dropped. */
function fieldsOf(header: string): RawField[] {
  return header
    .split(/\r\n(?![ \t])/)
    .map((line) => ({ name: /^([!-9;-~]+)[ \t]*:/.exec(line)?.[1]?.toLowerCase() ?? '', line }))
    .filter(({ name }) => name !== '')
}
