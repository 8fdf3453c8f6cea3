import { literal } from '../../mail/email/literal.ts'

/** Replaces every key in a text by its value. @throws TooLong */
export type Substitute = (text: string) => string

/** The text, or what would come of it, is longer than keys are looked for in. */
export class TooLong extends Error {
  override readonly name = 'TooLong'
}

/**
 * Makes the literal replacement of SendGrid's `substitutions`: in one pass, so that a value is never
 * taken for a key, and the longest key first where several begin at the same place.
 */
export function substitution(values: Readonly<Record<string, string>>): Substitute {
  const keys = Object.keys(values).sort((a, b) => b.length - a.length)
  if (keys.length === 0) return (text) => text
  const pattern = new RegExp(keys.map((key) => literal(key)).join('|'), 'g')
  return function substitute(text) {
    assertShort(text.length)
    const parts: string[] = []
    let end = 0
    let size = text.length
    // Not `replace`, which makes a text of any size before it can be measured.
    for (const { 0: key, index } of text.matchAll(pattern)) {
      const value = values[key]!
      assertShort((size += value.length - key.length))
      parts.push(text.slice(end, index), value)
      end = index + key.length
    }
    return parts.join('') + text.slice(end)
  }
}

/** Characters: mail programs show some 100,000 of a html part; a hostile set of keys takes 0.3 s. */
const longest = 2_000_000

function assertShort(length: number) {
  if (length > longest) throw new TooLong(`at most ${longest} characters of text, html or a header`)
}
