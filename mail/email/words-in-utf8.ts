import { decodeText } from './charset.ts'
import { unquoted } from './encoded-words.ts'

/**
 * Header text whose encoded words (RFC 2047) are all in UTF-8, so that a library that knows fewer
 * charsets reads them. Words side by side in one charset may share a character, so their bytes are
 * joined first; not where each word begins in a state of its own.
 */
export async function wordsInUtf8(text: string): Promise<string> {
  let out = ''
  let at = 0
  for (const { start, end, charset, bytes } of runsIn(text)) {
    const words = Buffer.from(await decodeText(bytes, charset)).toString('base64')
    out += `${text.slice(at, start)}=?utf-8?B?${words}?=`
    at = end
  }
  return out + text.slice(at)
}

interface Run {
  readonly start: number
  end: number
  readonly charset: string
  bytes: Buffer
}

function runsIn(text: string): Run[] {
  const runs: Run[] = []
  for (const { 0: word, 1: tag = '', 2: encoding = '', 3: data = '', index } of text.matchAll(
    encodedWord,
  )) {
    // RFC 2231 section 5 lets a language follow the charset.
    const charset = tag.replace(/\*.*/, '').toLowerCase()
    const bytes = /b/i.test(encoding) ? Buffer.from(data, 'base64') : unquoted(data)
    const end = index + word.length
    const last = runs.at(-1)
    const isNext = last?.charset === charset && /^[ \t]*$/.test(text.slice(last.end, index))
    if (last && isNext && !stateful.test(charset)) {
      last.bytes = Buffer.concat([last.bytes, bytes])
      last.end = end
    } else runs.push({ start: index, end, charset, bytes })
  }
  return runs
}

const encodedWord = /=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi

const stateful = /^(x-)?(iso-?2022|utf-?7|unicode-1-1-utf-7|hz)/
