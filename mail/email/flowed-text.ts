import { setImmediate } from 'node:timers/promises'

/** Lines that are read in one turn of the loop: 10 ms. */
const atOnce = 50_000

/**
 * Text whose lines were broken to fit, as the paragraphs that it was (RFC 3676): a line that ends in
 * a blank goes on in the next of the same quote depth.
 *
 * @param delSp the blank was added for that and goes again, as in languages without blanks
 */
export async function unflow(text: string, delSp: boolean): Promise<string> {
  const out: string[] = []
  let open: { depth: number; pieces: string[] } | undefined
  let read = 0
  for (const line of linesOf(text)) {
    if (++read % atOnce === 0) await setImmediate()
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

/** One by one: a million at once take a tenth of a second. */
function* linesOf(text: string): Generator<string> {
  let at = 0
  for (let end; (end = text.indexOf('\n', at)) >= 0; at = end + 1) yield text.slice(at, end)
  yield text.slice(at)
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
