import { guessed, isUnsaid, nameOf } from './charset.ts'

/**
 * Reads encoded words (RFC 2047); what is in an unknown charset stays as it is
 * written. Blanks between two encoded words are no part of the text (section 6.2).
 */
export function decodeWords(text: string): string {
  return text
    .replace(/\?=[ \t]+(?==\?[^?\s]+\?[bq]\?)/gi, '?=')
    .replace(/(?:=\?[^?\s]+\?[bq]\?[^?]*\?=)+/gi, decodeRun)
}

/** Whether a text holds encoded words. After decoding: some that cannot be read. */
export function hasEncodedWord(text: string): boolean {
  return /=\?[^?\s]+\?[bq]\?[^?]*\?=/i.test(text)
}

function decodeRun(run: string): string {
  try {
    return decodeAll(wordsIn(run))
  } catch {
    return run
  }
}

/** An encoded word, and where it stands in the text. */
export interface Word {
  readonly start: number
  readonly end: number
  readonly charset: string
  readonly bytes: Buffer
}

export function wordsIn(text: string): Word[] {
  return [...text.matchAll(/=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi)].map((match) => {
    const [word, tag = '', encoding = '', data = ''] = match
    return {
      start: match.index,
      end: match.index + word.length,
      // RFC 2231 section 5 lets a language follow the charset.
      charset: tag.replace(/\*.*/, '').toLowerCase(),
      bytes: /b/i.test(encoding) ? Buffer.from(data, 'base64') : unquoted(data),
    }
  })
}

/**
 * Each word is whole by itself (section 5) and begins in its charset's first state, as ISO-2022-JP
 * needs. Many programs cut characters in two all the same: those words are read as one.
 */
function decodeAll(words: readonly Word[]): string {
  let text = ''
  for (let at = 0; at < words.length;) {
    const { charset, bytes } = words[at]!
    const alone = wholeText(charset, bytes)
    const end = alone === undefined ? endOfCharset(words, at) : at + 1
    text += alone ?? decode(charset, Buffer.concat(words.slice(at, end).map((one) => one.bytes)))
    at = end
  }
  return text
}

/** Behind the last word from there on that is in the same charset as the first. */
function endOfCharset(words: readonly Word[], from: number): number {
  let end = from + 1
  while (words[end]?.charset === words[from]!.charset) end += 1
  return end
}

function wholeText(charset: string, bytes: Buffer): string | undefined {
  if (isUnsaid(nameOf(charset))) return undefined
  const decoder = decoderOf(charset, true)
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

function decode(charset: string, bytes: Buffer): string {
  return isUnsaid(nameOf(charset)) ? guessed(bytes) : decoderOf(charset, false).decode(bytes)
}

/** @throws RangeError for a charset that is unknown */
function decoderOf(charset: string, fatal: boolean): Decoder {
  const key = `${charset} ${fatal}`
  const known = decoders.get(key)
  if (known) return known
  const decoder = new TextDecoder(nameOf(charset), { fatal, ignoreBOM: true })
  if (decoders.size < mostDecoders) decoders.set(key, decoder)
  return decoder
}

type Decoder = InstanceType<typeof TextDecoder>

/** Making one costs more than reading a word; spellings of charsets are many, those in use few. */
const decoders = new Map<string, Decoder>()
const mostDecoders = 100

function unquoted(data: string): Buffer {
  const spaced = data.replaceAll('_', ' ')
  const bytes = spaced.replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1')
}
