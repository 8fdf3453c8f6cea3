/** A sentence, or a line that holds none. */
export interface Sentence {
  readonly text: string
  /** Nothing but what may be codes, and what makes them stand out. */
  readonly isAlone: boolean
}

/** Longest text that is searched, in characters, most sentences of it, and the longest of those. */
const longestText = 100_000
const mostSentences = 2_000
const longestSentence = 1_000

/** The sentences of a text that are not empty, without what leads elsewhere. */
export function sentencesOf(text: string): Sentence[] {
  return clean(text.slice(0, longestText))
    .split(/\n|(?<=[\p{L}\p{N}]{4}\.)\s+(?=\S)|(?<=[!?؟])\s+|(?<=[。！？])/u)
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
    .slice(0, mostSentences)
    .map((sentence) => sentence.slice(0, longestSentence).trim())
    .map((text) => ({ text, isAlone: isAlone(text) }))
}

function isAlone(text: string): boolean {
  const bare = text.replace(decoration, '').trim()
  return /^[\d -]+$/.test(bare) || /^[A-Z\d]+(?:-[A-Z\d]+)*$/i.test(bare)
}

/** What stands around a code to make it stand out. */
const decoration = /[\t\r*_>|"'`.:“”„«»「」『』【】[\]()<~=]+/g

function clean(text: string): string {
  return text
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '')
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, ' ')
    .replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
    .replace(elsewhere, ' … ')
}

/** Links with or without https, and addresses. */
const elsewhere =
  /\b[a-z][a-z\d+.-]{1,20}:\/\/\S+|(?<!\S)(?:www\.|[^\s/@]{1,100}\.[a-z]{2,10}\/)\S*|(?<![^\s<(["'])[^\s@<(["']{1,64}@[^\s@>)\]"']{1,200}/gi

/** Digits of all scripts, full-width and Arabic ones too, stand in tens. */
function asciiDigit(digit: string): string {
  const known = asciiDigits.get(digit)
  if (known !== undefined) return known
  let value = 0
  while (value < 9 && isDigit(digit.codePointAt(0)! - value - 1)) value++
  asciiDigits.set(digit, String(value))
  return String(value)
}

/** Those that were met: there are some hundred. */
const asciiDigits = new Map<string, string>()

function isDigit(point: number): boolean {
  return /^\p{Nd}$/u.test(String.fromCodePoint(point))
}
