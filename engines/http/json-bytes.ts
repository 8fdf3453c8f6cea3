import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

/** A longer string is written by itself, this much in one turn of the loop: a few milliseconds. */
const piece = 500_000

/** What `JSON.stringify` makes, in UTF-8; 30 MB of texts and files stop nothing else meanwhile. */
export async function jsonBytes(value: object): Promise<Buffer> {
  const long: string[] = []
  // Not to be guessed: no text of an email is taken for it.
  const mark = randomUUID()
  const frame = JSON.stringify(value, (_, one: unknown) => {
    if (typeof one !== 'string' || one.length <= piece) return one
    long.push(one)
    return mark
  })
  const written: Buffer[] = []
  for (const [at, between] of frame.split(mark).entries()) {
    written.push(Buffer.from(between), ...(await escaped(long[at] ?? '')))
  }
  return Buffer.concat(written)
}

/** As it stands between the quotes. */
async function escaped(text: string): Promise<Buffer[]> {
  const written: Buffer[] = []
  for (let at = 0, end; at < text.length; at = end) {
    await setImmediate()
    end = endOfPiece(text, at + piece)
    written.push(Buffer.from(JSON.stringify(text.slice(at, end)).slice(1, -1)))
  }
  return written
}

/** Not between the halves of a surrogate pair: half of one would be escaped. */
function endOfPiece(text: string, end: number): number {
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end + 1 : end
}
