/** Characters of a reply that are looked at for its words. */
const longestReply = 4_096

/** A reply on one line: the code of the first, the words of all (RFC 5321 section 4.2.1). */
export function oneLine(reply: string): string {
  const [first = '', ...rest] = reply.slice(0, longestReply).split('\n')
  return [first.replace(/^(\d{3})-/, '$1 '), ...rest.map((line) => line.slice(4))].join(' ')
}
