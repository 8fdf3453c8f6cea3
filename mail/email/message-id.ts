/**
 * The Message-ID that an application chose, if it is one: threads and help desks find an email again
 * by it, so it stays. Angle brackets that are missing are put around it.
 *
 * @returns `<left@right>` (RFC 5322 section 3.6.4), or undefined for what mail programs would not
 * read as one identifier: Postern writes its own then
 */
export function keptMessageId(text: string): string | undefined {
  const bare = text.trim().replace(/^<(.*)>$/, '$1')
  return bare.length <= longestId && identifier.test(bare) ? `<${bare}>` : undefined
}

/** Characters; with the name of the field it fits a line of 998, which cannot be folded. */
const longestId = 900

/** Printable ASCII on both sides of one @, without blanks, quotes and what begins a comment or a list. */
const identifier = /^[!#-'*+\-./0-9:=?A-Z[\]^-~]+@[!#-'*+\-./0-9:=?A-Z[\]^-~]+$/
