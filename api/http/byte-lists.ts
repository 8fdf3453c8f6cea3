import { setImmediate as giveWay } from 'node:timers/promises'

/** A text that is no longer is parsed in a few milliseconds, whatever it holds. In characters. */
export const quicklyParsed = 1_000_000

/** Shorter lists are left to the parser. */
const shortestList = 100

/** Characters that are looked at before others get the thread. */
const lookedAtOnce = 4_000_000

/**
 * The same JSON with its long lists of bytes as base64: most Node SDKs write an attachment as
 * `{"type":"Buffer","data":[72,105,…]}`, and to parse ten million numbers stops everyone else for a
 * second. Only what is named `content` or `data` is looked at; anything else stays as it is.
 */
export async function withPackedBytes(json: string): Promise<string> {
  if (json.length <= quicklyParsed) return json
  const pieces: string[] = []
  let kept = 0
  let pause = lookedAtOnce
  for (let at = json.indexOf('['); at >= 0; at = json.indexOf('[', at + 1)) {
    if (at >= pause) {
      pause = at + lookedAtOnce
      await giveWay()
    }
    if (!isOfBytes(json, at) || !isLong(json, at)) continue
    const list = await bytesAt(json, at)
    if (!list) continue
    pieces.push(json.slice(kept, at), `"${list.bytes.toString('base64')}"`)
    kept = list.end
    at = list.end - 1
  }
  return kept === 0 ? json : [...pieces, json.slice(kept)].join('')
}

/** Whether what opens here has one of the names; white space is as little as any writer puts there. */
function isOfBytes(json: string, at: number): boolean {
  return /"(content|data)"\s{0,4}:\s{0,4}$/.test(json.slice(Math.max(0, at - 20), at))
}

/** Whether it begins with enough bytes: a body may have millions of lists that do not. */
function isLong(json: string, start: number): boolean {
  let at = start
  for (let count = 0; count < shortestList; count++) {
    const entry = entryAt(json, at + 1)
    if (!entry) return false
    at = entry.end
    if (json.charCodeAt(at) !== comma) return count === shortestList - 1
  }
  return true
}

/** The list that opens here, when it holds nothing but bytes, and where it ends. */
async function bytesAt(
  json: string,
  start: number,
): Promise<{ bytes: Buffer; end: number } | undefined> {
  let bytes = Buffer.allocUnsafe(256)
  let count = 0
  let at = start
  let pause = start + lookedAtOnce
  do {
    const entry = entryAt(json, at + 1)
    if (!entry) return undefined
    if (count === bytes.length) bytes = Buffer.concat([bytes], bytes.length * 2)
    bytes[count++] = entry.byte
    at = entry.end
    if (at < pause) continue
    pause = at + lookedAtOnce
    await giveWay()
  } while (json.charCodeAt(at) === comma)
  const isWhole = json.charCodeAt(at) === bracketClose
  return isWhole ? { bytes: bytes.subarray(0, count), end: at + 1 } : undefined
}

/** A number from 0 to 255, also as a text, and where the comma or bracket behind it is. */
function entryAt(json: string, start: number): { byte: number; end: number } | undefined {
  let at = afterSpace(json, start)
  const isText = json.charCodeAt(at) === quote
  if (isText) at += 1
  const first = at
  let byte = 0
  for (let code = json.charCodeAt(at); isDigit(code); code = json.charCodeAt(++at))
    byte = byte * 10 + (code - zero)
  const digits = at - first
  if (digits === 0 || digits > 3 || byte > 255) return undefined
  // JSON has no number that begins with a nought, but a text may.
  if (!isText && digits > 1 && json.charCodeAt(first) === zero) return undefined
  if (isText && json.charCodeAt(at++) !== quote) return undefined
  return { byte, end: afterSpace(json, at) }
}

function afterSpace(json: string, start: number): number {
  let at = start
  while (isSpace(json.charCodeAt(at))) at += 1
  return at
}

function isDigit(code: number): boolean {
  return code >= zero && code <= zero + 9
}

/** White space of JSON (RFC 8259 section 2). */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

const [quote, comma, bracketClose, zero] = [0x22, 0x2c, 0x5d, 0x30]
