import { parseHeaderValue } from 'nodemailer/lib/mime-funcs'
import { decodeWords } from 'postal-mime'
import { readRaw, type RawField } from '../../mail/email/raw-email.ts'
import { checkText } from '../../mail/email/headers.ts'
import { valuesOf } from '../../mail/email/raw-header.ts'
import { CannotCarry } from './cannot-carry.ts'

/** One part of a MIME email, or all of it. */
export interface MimePart {
  readonly fields: readonly RawField[]
  /** In lower case, without parameters. */
  readonly type: string
  /** As they stand, without the type. */
  readonly params: Readonly<Record<string, string>>
  /** `inline`, `attachment`, or empty where nothing is said. */
  readonly disposition: string
  readonly filename?: string
  readonly contentId?: string
  readonly parts: readonly MimePart[]
  /** Its body as it came, one character a byte; what of a multipart is in `parts`. */
  readonly body: string
}

/** No honest email is nested deeper. */
const deepest = 20

/**
 * Reads MIME strictly, because the provider rebuilds the email from what is read here: what two
 * programs could read differently is refused, not guessed.
 *
 * @throws CannotCarry for a structure that is broken
 */
export function readMime(bytes: Uint8Array, depth = 0): MimePart {
  if (depth > deepest) throw new CannotCarry('its parts are nested too deep')
  const { fields, body } = readRaw(Buffer.from(bytes))
  const { value: type, params } = parameters(fields, 'content-type', 'text/plain')
  const { value: disposition, params: more } = parameters(fields, 'content-disposition', '')
  const filename = decodeWords(more['filename'] ?? params['name'] ?? '')
  const fault = checkText(filename)
  if (fault) throw new CannotCarry(`it has a file whose name cannot be sent: ${fault}`)
  const contentId = one(fields, 'content-id')?.replace(/^<|>$/g, '')
  const inner = type.startsWith('multipart/') ? split(body, params['boundary']) : []
  return {
    fields,
    type,
    params,
    disposition,
    ...(filename !== '' && { filename }),
    ...(contentId && { contentId }),
    parts: inner.map((part) => readMime(Buffer.from(part, 'latin1'), depth + 1)),
    body,
  }
}

function parameters(fields: readonly RawField[], name: string, otherwise: string) {
  const { value, params } = parseHeaderValue(one(fields, name) ?? otherwise, {
    stripComments: true,
  })
  return { value: value.trim().toLowerCase(), params }
}

function one(fields: readonly RawField[], name: string): string | undefined {
  const [value, ...others] = valuesOf(fields, name)
  if (others.length > 0) throw new CannotCarry(`it has the header ${name} more than once`)
  return value
}

/** RFC 2046 section 5.1.1: the line end before a boundary belongs to the boundary. */
function split(body: string, boundary = ''): string[] {
  if (boundary === '') throw new CannotCarry('it has a multipart without a boundary')
  const escaped = boundary.replace(/[^\w ]/g, '\\$&')
  const marks = body.matchAll(new RegExp(`(?:^|\r\n)--${escaped}(--)?[ \t]*(?=\r\n|$)`, 'g'))
  const parts: string[] = []
  let start: number | undefined
  for (const { index, 0: mark, 1: isLast } of marks) {
    if (start !== undefined) parts.push(body.slice(start, Math.max(start, index)))
    if (isLast) return parts
    start = index + mark.length + '\r\n'.length
  }
  throw new CannotCarry('it has a multipart that does not end')
}
