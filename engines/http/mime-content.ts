import { setImmediate } from 'node:timers/promises'
import { unflow } from '../../mail/email/flowed-text.ts'
import { bytesOf, isQuotedPrintable } from '../../mail/email/mime-body.ts'
import { valueOf } from '../../mail/email/mime-fields.ts'
import type { MimePart } from '../../mail/email/mime-part.ts'
import { CannotCarry } from './cannot-carry.ts'

/** RFC 2045 section 6.1. */
const encodings = new Set(['', '7bit', '8bit', 'binary', 'quoted-printable', 'base64'])

/**
 * The bytes of a part, its transfer encoding undone. Between steps other work has a turn, here and
 * below: 30 MB take a tenth of a second each.
 *
 * @throws CannotCarry for an encoding that is unknown, or that the body does not keep to
 */
export async function contentOf(part: MimePart): Promise<Buffer> {
  const encoding = (valueOf(part.fields, 'content-transfer-encoding') ?? '').toLowerCase()
  if (!encodings.has(encoding)) throw new CannotCarry(`it has a part in the encoding "${encoding}"`)
  if (encoding === 'base64' && !isBase64(part.body))
    throw new CannotCarry('it has a part that is not base64')
  if (encoding === 'quoted-printable' && !isQuotedPrintable(part.body))
    throw new CannotCarry('it has a part that is not quoted-printable')
  await setImmediate()
  return bytesOf(part)
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
    const text = inLines(new TextDecoder(charset, { fatal: true }).decode(bytes))
    return says(part, 'format', 'flowed') ? unflow(text, says(part, 'delsp', 'yes')) : text
  } catch {
    throw new CannotCarry(`it has a text that cannot be read as ${said}`)
  }
}

/** By pieces: an expression takes a million lines one by one. */
function inLines(text: string): string {
  const lines = text.split('\r\n').join('\n')
  return lines.includes('\r') ? lines.replaceAll('\r', '\n') : lines
}

function says({ parameters }: MimePart, name: string, value: string): boolean {
  return parameters.get(name)?.toLowerCase() === value
}

function isBase64(body: Buffer): boolean {
  const text = body.toString('latin1').replace(/[\r\n\t ]/g, '')
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0
}
