import { detectExtension } from 'nodemailer/lib/mime-funcs'
import type { Attachment } from '../../mail/email/email.ts'
import { checkText } from '../../mail/email/headers.ts'
import { fileNameOf } from '../../mail/email/mime-name.ts'
import type { MimePart } from '../../mail/email/mime-part.ts'
import { CannotCarry } from './cannot-carry.ts'
import { contentOf } from './mime-content.ts'
import { contentIdOf, dispositionOf } from './strict-mime.ts'

/**
 * A part as a file. One that is to be shown in its place has an id, or gets one.
 *
 * @param html what may show it
 * @param place among the files of the email
 * @throws CannotCarry for a name or a content that cannot be read
 */
export async function fileOf(part: MimePart, html = '', place: number): Promise<Attachment> {
  const id = contentIdOf(part)
  const isShown = dispositionOf(part) === 'inline' || (id && html.includes(`cid:${id}`))
  const filename = (await fileNameOf(part)) ?? `attachment.${detectExtension(part.type)}`
  const fault = checkText(filename)
  if (fault) throw new CannotCarry(`it has a file whose name cannot be told: ${fault}`)
  return {
    filename,
    content: (await contentOf(part)).toString('base64'),
    contentType: typeOf(part),
    ...(isShown && { contentId: id ?? `part-${place + 1}` }),
  }
}

/** With its parameters, but for the name, which is said elsewhere. */
function typeOf({ type, parameters }: MimePart): string {
  const kept = [...parameters].filter(([name]) => !/^name(\*|$)/.test(name))
  return [type, ...kept.map(([name, value]) => `${name}=${quoted(value)}`)].join('; ')
}

/** RFC 2045 section 5.1. */
function quoted(value: string): string {
  return /^[\w!#$%&'*+.^`{|}~-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
}
