import { valuesOf } from '../../mail/email/raw-header.ts'
import { CannotCarry } from './cannot-carry.ts'
import type { MimePart } from './mime-tree.ts'

/**
 * The bytes of a part, its transfer encoding undone (RFC 2045 section 6).
 *
 * @throws CannotCarry for an encoding that is unknown, or that the body does not keep to
 */
export function contentOf({ fields, body }: MimePart): Buffer {
  const encoding = valuesOf(fields, 'content-transfer-encoding').join().trim().toLowerCase()
  switch (encoding) {
    case 'base64':
      return fromBase64(body.replace(/[\r\n\t ]/g, ''))
    case 'quoted-printable':
      return Buffer.from(fromQuotedPrintable(body), 'latin1')
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return Buffer.from(body, 'latin1')
    default:
      throw new CannotCarry(`it has a part in the encoding "${encoding}"`)
  }
}

/**
 * The text of a part, lines ending in LF.
 *
 * @throws CannotCarry for a text that is not in its charset
 */
export function textOf(part: MimePart): string {
  const bytes = contentOf(part)
  const said = part.params['charset'] || 'us-ascii'
  // Text that calls itself ASCII and is not is taken for UTF-8, or refused.
  const charset = /^(us-)?ascii$/i.test(said) ? 'utf-8' : said
  if (part.params['delsp']?.toLowerCase() === 'yes') throw new CannotCarry('its text is flowed')
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n')
  } catch {
    throw new CannotCarry(`it has a text that cannot be read as ${said}`)
  }
}

function fromBase64(text: string): Buffer {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    throw new CannotCarry('it has a part that is not base64')
  return Buffer.from(text, 'base64')
}

function fromQuotedPrintable(text: string): string {
  const joined = text.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/=\r\n/g, '')
  if (/=(?![0-9A-Fa-f]{2})/.test(joined.replace(/=$/, '')))
    throw new CannotCarry('it has a part that is not quoted-printable')
  return joined
    .replace(/=$/, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}
