import { isUtf8 } from 'node:buffer'

/**
 * Cuts what a server says into replies, whatever pieces it arrives in.
 *
 * @param most characters of one reply
 * @returns what tells the replies that some bytes complete; it throws when one is too long
 */
export function replyReader(most: number): (chunk: Buffer) => string[] {
  /** Whole lines of a reply that goes on. */
  let lines = ''
  /** The begin of a line. */
  let rest = ''

  function* take(text: string) {
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      yield text.slice(from, end).replace(/\r$/, '')
      from = end + 1
    }
    rest = text.slice(from)
  }

  return (chunk) => {
    const replies: string[] = []
    for (const line of take(rest + chunk.toString('latin1'))) {
      // Empty lines are passed over.
      if (line.trim() === '') continue
      lines = lines === '' ? line : `${lines}\n${line}`
      if (goesOn(line)) continue
      replies.push(decoded(lines))
      lines = ''
    }
    if (lines.length + rest.length > most) throw new Error('the server said too much')
    return replies
  }
}

/** A line with a hyphen after the code continues (RFC 5321 section 4.2.1). */
function goesOn(line: string): boolean {
  return /^\d+-/.test(line)
}

/** No standard says in which characters a server speaks (RFC 5321 section 4.2.1). */
function decoded(text: string): string {
  const bytes = Buffer.from(text, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : text
}
