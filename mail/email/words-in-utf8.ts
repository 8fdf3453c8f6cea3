import { decodeText } from './charset.ts'
import { wordsIn, type Word } from './encoded-words.ts'

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

function runsIn(text: string): Word[] {
  const runs: Word[] = []
  for (const word of wordsIn(text)) {
    const { start, end, charset, bytes } = word
    const last = runs.at(-1)
    const isNext = last?.charset === charset && /^[ \t]*$/.test(text.slice(last.end, start))
    if (last && isNext && !stateful.test(charset))
      runs[runs.length - 1] = { ...last, end, bytes: Buffer.concat([last.bytes, bytes]) }
    else runs.push(word)
  }
  return runs
}

const stateful = /^(x-)?(iso-?2022|utf-?7|unicode-1-1-utf-7|hz)/
