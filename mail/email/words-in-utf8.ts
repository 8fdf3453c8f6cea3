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
  for (const { start, end, charset, pieces } of runsIn(text)) {
    const decoded = await decodeText(Buffer.concat(pieces), charset)
    const words = Buffer.from(decoded).toString('base64')
    out += `${text.slice(at, start)}=?utf-8?B?${words}?=`
    at = end
  }
  return out + text.slice(at)
}

/** Words that are read as one. */
interface Run extends Pick<Word, 'start' | 'charset'> {
  end: number
  readonly pieces: Buffer[]
}

function runsIn(text: string): Run[] {
  const runs: Run[] = []
  for (const { start, end, charset, bytes } of wordsIn(text)) {
    const last = runs.at(-1)
    const isNext = last?.charset === charset && /^[ \t]*$/.test(text.slice(last.end, start))
    if (last && isNext && !stateful.test(charset)) {
      last.pieces.push(bytes)
      last.end = end
    } else runs.push({ start, end, charset, pieces: [bytes] })
  }
  return runs
}

const stateful = /^(x-)?(iso-?2022|utf-?7|unicode-1-1-utf-7|hz)/
