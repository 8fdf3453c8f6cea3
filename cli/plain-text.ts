/**
 * Remote text made fit for a terminal, line breaks and tabs kept: without the characters by which
 * it could move the cursor, recolour, retitle or answer in the reader's name.
 */
export function plainText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(hostile, '\u{fffd}')
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text).replace(/[\n\t]+/g, ' ')
}

/** JSON that no terminal takes for a command; any parser reads the same value from it. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    hostile,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** C0 and C1 controls but line break and tab, bidirectional controls, line separators, lone halves. */
const hostile = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/gu
