/**
 * Words without case and accents: what a text is found by. Scripts that put no spaces between
 * words give one for each character, which are then looked for side by side.
 */
export function wordsOf(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
  return folded.match(wordPattern()) ?? []
}

/**
 * What was typed to search for: every part of it between spaces, as words in a row.
 * The last of them may go on, unless it is a single letter: that begins too many words. Whatever
 * else was typed is no word and no syntax; of nothing but that nothing is found.
 */
export function phrasesIn(typed: string): Phrase[] {
  const parts = typed.slice(0, longestQuery).split(/\s+/u).map(wordsOf)
  return parts
    .filter((words) => words.length > 0)
    .map((words) => ({ words, mayGoOn: words.at(-1)!.length > 1 }))
}

/** Text in which a part is looked for, in any case. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

export interface Phrase {
  readonly words: readonly string[]
  readonly mayGoOn: boolean
}

/** Longest query that is read, in characters. */
const longestQuery = 500

const unspaced = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}'

let pattern: RegExp | undefined

/** Made when it is needed: sets of characters take milliseconds, which a start does not have. */
function wordPattern(): RegExp {
  return (pattern ??= new RegExp(`[${unspaced}]|[[\\p{L}\\p{N}]--[${unspaced}]]+`, 'gv'))
}
