/**
 * Counts the replies that end in each chunk from the server, whether or not anybody asked for
 * them. Keeps four characters of an unfinished line and nothing else, however long it gets.
 */
export function replyCounter(): (chunk: Uint8Array) => number {
  let start = ''

  function take(line: Uint8Array) {
    if (start.length < 4)
      start += Buffer.from(line.subarray(0, 4 - start.length)).toString('latin1')
  }

  return (chunk) => {
    let count = 0
    let from = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, end))
      if (endsReply(start)) count++
      start = ''
      from = end + 1
    }
    take(chunk.subarray(from))
    return count
  }
}

/**
 * A line with a hyphen after the code continues (RFC 5321 section 4.2.1), and 421 may come at
 * any time (section 3.8): both are no surplus. Empty lines are passed over.
 */
function endsReply(start: string): boolean {
  return start.trim() !== '' && !/^\d+-|^421/.test(start)
}
