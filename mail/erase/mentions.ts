import type { AddressFinder } from './address-finder.ts'

/** How often something encoded may lie in something encoded: a file in an email in an email. */
const deepest = 3

/**
 * Whether bytes name an address: as they are, or in base64 or quoted-printable, as emails and contents
 * have them. What is compressed or encrypted is not looked into.
 */
export function mentions(bytes: Uint8Array, finder: AddressFinder, depth = 0): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString()
  if (isNamedIn(text, finder) || isNamedIn(unquoted(buffer), finder)) return true
  if (depth === deepest) return false
  for (const [start, end] of base64Runs(buffer)) {
    const decoded = Buffer.from(buffer.toString('latin1', start, end), 'base64')
    if (mentions(decoded, finder, depth + 1)) return true
  }
  return false
}

function isNamedIn(text: string, { mayBeIn, isIn }: AddressFinder): boolean {
  return mayBeIn(text) && isIn(text)
}

/** Quoted-printable and the Q encoding of headers (RFC 2045 section 6.7, RFC 2047 section 4.2). */
function unquoted(buffer: Buffer): string {
  const text = buffer.toString('latin1')
  if (!/=(?:\r?\n|[0-9A-F]{2})|\?q\?/i.test(text)) return ''
  const bytes = text
    .replace(/=\?[^? \r\n]{1,80}\?q\?([^? \r\n]{0,200})\?=/gi, (_, words: string) =>
      words.replaceAll('_', ' '),
    )
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

/** No shorter one holds an address. */
const shortestRun = 8

/** Where base64 stands, over its lines; a blank line ends it. By hand, as a pattern of 40 MB fails. */
function* base64Runs(bytes: Buffer): Generator<readonly [number, number], void> {
  let start = 0
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && isOfRun(bytes, at)) continue
    if (at - start >= shortestRun) yield [start, at]
    start = at + 1
  }
}

const lineFeed = 10
const carriageReturn = 13
const alphabet = new Set(
  Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'),
)
const isBase64 = Uint8Array.from({ length: 256 }, (_, byte) => Number(alphabet.has(byte)))

function isOfRun(bytes: Buffer, at: number): boolean {
  const byte = bytes[at]!
  if (isBase64[byte] === 1 || byte === carriageReturn) return true
  return byte === lineFeed && isBase64[bytes[at + 1] ?? 0] === 1
}
