/**
 * An email's bytes as they go over the wire after DATA: a dot more before each that begins a line
 * (RFC 5321 section 4.5.2), and the final dot. A bare CR or LF becomes CRLF: to some servers it
 * ends a line, and what follows could be a dot, and a second email.
 */
export function contentLines(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString('latin1')
  if (bare.test(text)) return ended(text.replace(/\r\n|\r|\n/g, '\r\n'))
  return ended(text)
}

const bare = /\r(?!\n)|(?<!\r)\n/

function ended(text: string): Buffer {
  const end = text === '' || text.endsWith('\r\n') ? '.\r\n' : '\r\n.\r\n'
  const first = text.startsWith('.') ? '.' : ''
  return Buffer.from(first + text.replaceAll('\r\n.', '\r\n..') + end, 'latin1')
}
