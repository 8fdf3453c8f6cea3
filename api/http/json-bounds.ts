import { setImmediate as giveWay } from 'node:timers/promises'
import { quicklyParsed } from './byte-lists.ts'

/**
 * Keys, objects and lists together: a thousand personalizations with 100 substitutions have fewer.
 * In a large text the entries of lists count too; the bytes of files are packed by then.
 */
export const mostJsonParts = 200_000

/** Objects and lists inside each other: no email needs more than six. */
export const deepestJson = 100

/** Characters that are looked at before others get the thread: some ten milliseconds. */
const lookedAtOnce = 4_000_000

export interface JsonExcess {
  readonly status: 400 | 413
  readonly rule: string
}

const tooDeep: JsonExcess = { status: 400, rule: `is nested over ${deepestJson} levels deep` }

const tooMany: JsonExcess = {
  status: 413,
  rule: `has more than ${mostJsonParts} keys, objects, lists and entries`,
}

/**
 * What makes a JSON text too expensive to parse, in words, told without parsing it. A text that is no
 * JSON may pass: the parser says so.
 */
export async function jsonExcess(json: string): Promise<JsonExcess | undefined> {
  const countsEntries = json.length > quicklyParsed
  /** Of what is open: whether it is a list. */
  const open: boolean[] = []
  let parts = 0
  let pause = lookedAtOnce
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === quote) at = endOfString(json, at)
    else if (code === colon) parts += 1
    else if (code === comma) parts += countsEntries && open.at(-1) ? 1 : 0
    else if (code === braceOpen || code === bracketOpen) {
      parts += 1
      open.push(code === bracketOpen)
    } else if (code === braceClose || code === bracketClose) open.pop()
    if (open.length > deepestJson) return tooDeep
    if (parts > mostJsonParts) return tooMany
    if (at < pause) continue
    pause = at + lookedAtOnce
    await giveWay()
  }
  return undefined
}

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c]
const [braceOpen, braceClose, bracketOpen, bracketClose] = [0x7b, 0x7d, 0x5b, 0x5d]

/** Where the closing quote is of a string that opens at `start`; the end of the text without one. */
export function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let before = end - 1
    while (json.charCodeAt(before) === backslash) before -= 1
    // An odd number of backslashes escapes the quote.
    if ((end - before) % 2 === 1) return end
  }
  return json.length
}
