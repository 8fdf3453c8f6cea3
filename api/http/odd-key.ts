import { endOfString } from './json-bounds.ts'

/** What is wrong with a key of a JSON text, in words; undefined where nothing is. */
export function oddKeyRule(json: string): string | undefined {
  const odd = oddKeyIn(json)
  if (odd === undefined) return undefined
  const rule = odd === '__proto__' ? 'must not have the key' : 'has twice in one object the key'
  return `${rule} ${JSON.stringify(odd.slice(0, 100))}`
}

/**
 * Finds a key that stands twice in one object of a JSON text, or that JavaScript takes for
 * something else. JSON.parse silently keeps the last of two, and others the first (RFC 8259
 * section 4): a proxy that checked the request may have seen another one than is carried out.
 *
 * @param json a text that JSON.parse has read
 */
export function oddKeyIn(json: string): string | undefined {
  /** The keys of the objects that are open; undefined for an array. */
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === braceOpen) open.push(new Set())
    else if (code === bracketOpen) open.push(undefined)
    else if (code === braceClose || code === bracketClose) open.pop()
    else if (code === quote) {
      const end = endOfString(json, at)
      const keys = open.at(-1)
      if (keys && isKey(json, end)) {
        const key = textOf(json, at, end)
        if (keys.has(key) || key === '__proto__') return key
        keys.add(key)
      }
      at = end
    }
  }
  return undefined
}

const [quote, colon] = [0x22, 0x3a]
const [braceOpen, braceClose, bracketOpen, bracketClose] = [0x7b, 0x7d, 0x5b, 0x5d]

/** Only a key is followed by a colon. */
function isKey(json: string, end: number): boolean {
  let at = end + 1
  while (json.charCodeAt(at) <= 0x20) at += 1
  return json.charCodeAt(at) === colon
}

function textOf(json: string, start: number, end: number): string {
  const text = json.slice(start + 1, end)
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text
}
