import type * as PartsComposer from './compose-parts.ts'
import type * as RawComposer from './compose-raw.ts'
import type { StructuredContent } from '../email/email.ts'
import { isCrlf } from '../email/line-ends.ts'
import { hasLongLine, longestLine } from '../email/long-line.ts'
import type { Uncomposed } from '../email/parcel.ts'

/** An email that can never be sent, by whatever engine: its bytes would not be what was asked for. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError'
}

/**
 * Composes an email into MIME bytes. The same parcel always gives the same bytes: the date is that
 * of acceptance, or when it was scheduled for, and the boundary comes from the id, so every copy
 * of an email is the same email.
 *
 * Nothing here reads a file or a URL, and no address is ever parsed.
 *
 * @throws CompositionError when the bytes are not what was asked for: better not sent than sent wrong
 */
export async function compose(letter: Uncomposed): Promise<Uint8Array> {
  try {
    const bytes =
      letter.content.kind === 'raw'
        ? await composeRaw(letter, letter.content.mime)
        : await composeParts(letter, letter.content)
    assertWellFormed(bytes)
    return bytes
  } catch (cause) {
    throw new CompositionError((cause as Error).message, { cause })
  }
}

/** Loaded on first use, 25 ms that starting up need not pay; and asked for once, which is not free. */
let parts: Promise<typeof PartsComposer> | undefined
let raw: Promise<typeof RawComposer> | undefined

async function composeParts(letter: Uncomposed, content: StructuredContent): Promise<Buffer> {
  parts ??= import('./compose-parts.ts')
  return (await parts).composeParts(letter, content, await textOf(content))
}

async function composeRaw(letter: Uncomposed, mime: string): Promise<Buffer> {
  raw ??= import('./compose-raw.ts')
  return (await raw).composeRaw(letter, mime)
}

/** The caller's own, `""` for none, or one derived from the html. */
async function textOf({ html, text }: StructuredContent): Promise<string> {
  if (text !== undefined) return text
  const { textFromHtml } = await import('./text-from-html.ts')
  return textFromHtml(html ?? '')
}

function assertWellFormed(bytes: Buffer) {
  if (!isCrlf(bytes) || bytes.includes(0)) throw new Error('composing left a bare CR, LF or NUL')
  if (hasLongLine(bytes)) throw new Error(`composing left a line of more than ${longestLine} bytes`)
}
