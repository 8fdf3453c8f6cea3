/**
 * Text whose lines were broken to fit, as the paragraphs that it was (RFC 3676): a line that ends in
 * a blank goes on in the next of the same quote depth.
 *
 * @param delSp the blank was added for that and goes again, as in languages without blanks
 */
export function unflow(text: string, delSp: boolean): string {
  const out: string[] = []
  let open: { depth: number; pieces: string[] } | undefined
  for (const line of text.split('\n')) {
    if (line === '' && !open) {
      out.push('')
      continue
    }
    const { depth, content } = readLine(line)
    const isSignature = content === '-- '
    if (open && (open.depth !== depth || isSignature)) open = endOf(open, out)
    open ??= { depth, pieces: [] }
    const isFlowed = content.endsWith(' ') && !isSignature
    open.pieces.push(isFlowed && delSp ? content.slice(0, -1) : content)
    if (!isFlowed) open = endOf(open, out)
  }
  endOf(open, out)
  return out.join('\n')
}

/** Sections 4.4 and 4.5: the quote marks, then one blank that only guards what follows. */
function readLine(line: string): { depth: number; content: string } {
  const depth = line.startsWith('>') ? /^>*/.exec(line)![0].length : 0
  const content = line.slice(depth)
  return { depth, content: content.startsWith(' ') ? content.slice(1) : content }
}

function endOf(open: { depth: number; pieces: string[] } | undefined, out: string[]): undefined {
  if (!open) return
  const text = open.pieces.join('')
  const quote = '>'.repeat(open.depth)
  out.push(quote && text ? `${quote} ${text}` : quote + text)
}
