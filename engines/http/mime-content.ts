import { setImmediate } from 'node:timers/promises'
import { unflow } from '../../mail/email/flowed-text.ts'
import { endOfQuoted, isQuotedPrintable, unquote } from '../../mail/email/mime-body.ts'
import { valueOf } from '../../mail/email/mime-fields.ts'
import type { MimePart } from '../../mail/email/mime-part.ts'
import { CannotCarry } from './cannot-carry.ts'

/** RFC 2045 section 6.1. */
const encodings = new Set(['', '7bit', '8bit', 'binary', 'quoted-printable', 'base64'])

/** Bytes or characters that are read in one turn of the loop: 20 ms at most. */
const atOnce = 1_000_000

/**
 * The bytes of a part, its transfer encoding undone. Between pieces other work has a turn, here and
 * below: 30 MB take a third of a second.
 *
 * @throws CannotCarry for an encoding that is unknown, or that the body does not keep to
 */
export async function contentOf(part: MimePart): Promise<Buffer> {
  const encoding = (valueOf(part.fields, 'content-transfer-encoding') ?? '').toLowerCase()
  if (!encodings.has(encoding)) throw new CannotCarry(`it has a part in the encoding "${encoding}"`)
  if (encoding === 'base64') return unbased(part.body)
  if (encoding === 'quoted-printable') return unquoted(part.body)
  return part.body
}

async function unbased(body: Buffer): Promise<Buffer> {
  const text: string[] = []
  for (let at = 0; at < body.length; at += atOnce) {
    text.push(body.toString('latin1', at, at + atOnce).replace(/[\r\n\t ]+/g, ''))
    await setImmediate()
  }
  const all = text.join('')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(all) || all.length % 4 !== 0)
    throw new CannotCarry('it has a part that is not base64')
  await setImmediate()
  return Buffer.from(all, 'base64')
}

async function unquoted(body: Buffer): Promise<Buffer> {
  const bytes: Buffer[] = []
  for (let at = 0, end; at < body.length; at = end) {
    end = endOfQuoted(body, at + atOnce)
    const piece = body.subarray(at, end)
    if (!isQuotedPrintable(piece))
      throw new CannotCarry('it has a part that is not quoted-printable')
    bytes.push(unquote(piece))
    await setImmediate()
  }
  return Buffer.concat(bytes)
}

/**
 * The text of a part, lines ending in LF.
 *
 * @throws CannotCarry for a text that is not in its charset
 */
export async function textOf(part: MimePart): Promise<string> {
  const bytes = await contentOf(part)
  await setImmediate()
  const said = part.parameters.get('charset') || 'us-ascii'
  // Text that calls itself ASCII and is not is taken for UTF-8, or refused.
  const charset = /^(us-)?ascii$/i.test(said) ? 'utf-8' : said
  try {
    const text = await inLines(new TextDecoder(charset, { fatal: true }).decode(bytes))
    return says(part, 'format', 'flowed') ? await unflow(text, says(part, 'delsp', 'yes')) : text
  } catch {
    throw new CannotCarry(`it has a text that cannot be read as ${said}`)
  }
}

async function inLines(text: string): Promise<string> {
  const lines: string[] = []
  for (let at = 0, end; at < text.length; at = end) {
    end = at + atOnce
    if (text.startsWith('\r\n', end - 1)) end += 1
    lines.push(text.slice(at, end).replace(/\r\n?/g, '\n'))
    await setImmediate()
  }
  return lines.join('')
}

function says({ parameters }: MimePart, name: string, value: string): boolean {
  return parameters.get(name)?.toLowerCase() === value
}
