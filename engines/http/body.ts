import type { Attachment, StructuredContent } from '../../mail/email/email.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Body } from './body-shape.ts'
import { CannotCarry } from './cannot-carry.ts'
import { plainType } from './plain-type.ts'

/** What a provider's API can be told, where they differ. */
interface Abilities {
  /** Types of files with parameters, such as `text/calendar; method=REQUEST`. */
  readonly typeParameters: boolean
  /** Two header fields of one name. */
  readonly repeatedHeaders: boolean
}

/**
 * The email of a parcel in parts, for an API that takes no MIME.
 *
 * @throws CannotCarry when an email built from parts would not be the email that was accepted
 */
export async function bodyOf(parcel: Parcel, abilities: Abilities): Promise<Body> {
  const { content } = parcel
  const body =
    content.kind === 'raw'
      ? await (await import('./raw-body.ts')).rawBody(await parcel.composed(), parcel)
      : await structuredBody(parcel, content)
  if (!abilities.repeatedHeaders) refuseRepeated(body.headers)
  return abilities.typeParameters
    ? body
    : { ...body, attachments: body.attachments.map(withPlainType) }
}

async function structuredBody(parcel: Parcel, content: StructuredContent): Promise<Body> {
  const { kind: _kind, html, text, headers: _headers, attachments, ...others } = content
  // Whatever an email may hold one day: not to be left out silently.
  others satisfies Readonly<Record<string, never>>
  const { replyTo, sender } = parcel
  const words = text ?? (await textFrom(html))
  return {
    ...(html && { html: inLines(html) }),
    ...(words || !html ? { text: inLines(words) || ' ' } : {}),
    headers: Object.entries(parcel.headers),
    attachments,
    replyTo,
    ...(sender && { sender }),
  }
}

/** As the composer reads them: a bare CR ends a line too, and no provider gets to see one. */
function inLines(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}

/** As the composer has it: what an email says does not depend on the engine. */
async function textFrom(html = ''): Promise<string> {
  const { textFromHtml } = await import('../../mail/compose/text-from-html.ts')
  return textFromHtml(html)
}

function refuseRepeated(headers: Body['headers']) {
  const names = headers.map(([name]) => name.toLowerCase())
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined) throw new CannotCarry(`it has the header ${twice} more than once`)
}

function withPlainType(file: Attachment): Attachment {
  return { ...file, contentType: plainType(file) }
}
