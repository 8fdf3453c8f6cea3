import { detectExtension } from 'nodemailer/lib/mime-funcs'
import type { Attachment } from '../../mail/email/email.ts'
import type { Body } from './body-shape.ts'
import { CannotCarry } from './cannot-carry.ts'
import { contentOf, textOf } from './mime-content.ts'
import type { MimePart } from './mime-tree.ts'

type Parts = Pick<Body, 'text' | 'html' | 'attachments'>

/**
 * The parts of an email that providers build the same from: text, html with what it shows, and
 * files after that.
 *
 * @throws CannotCarry for every other structure
 */
export function partsOf(root: MimePart): Parts {
  if (isFile(root)) throw notBuilt(root)
  const [first, ...others] = root.type === 'multipart/mixed' ? root.parts : [root]
  const isBody = first !== undefined && !isFile(first)
  const { shown, ...words }: Readable = isBody ? readable(first) : { shown: [] }
  const rest = isBody ? others : root.parts
  const files = [...shown, ...rest.map(asFile)].map(fileOf(words.html))
  return { ...(words.text || words.html ? words : { text: ' ' }), attachments: files }
}

interface Readable {
  readonly text?: string
  readonly html?: string
  /** What the html shows. */
  readonly shown: readonly MimePart[]
}

function readable(part: MimePart): Readable {
  switch (part.type) {
    case 'text/plain':
      return { text: unnamed(part), shown: [] }
    case 'text/html':
      return { html: unnamed(part), shown: [] }
    case 'multipart/related':
      return related(part)
    case 'multipart/alternative':
      return alternative(part)
    default:
      throw notBuilt(part)
  }
}

function unnamed(part: MimePart): string {
  if (part.filename !== undefined) throw new CannotCarry('it has a text to be read that has a name')
  return textOf(part)
}

/** Plain first, as every program takes the last that it understands. */
function alternative(part: MimePart): Readable {
  const [plain, rich, ...others] = part.parts
  if (plain === undefined || others.length > 0) throw notBuilt(part, others.at(-1))
  if (rich === undefined) return readable(plain)
  const [one, other] = [readable(plain), readable(rich)]
  const isUsual = one.html === undefined && other.text === undefined && !isFile(plain)
  if (!isUsual || isFile(rich)) throw notBuilt(part)
  return { text: one.text, html: other.html, shown: other.shown }
}

function related(part: MimePart): Readable {
  const [first, ...shown] = part.parts
  const start = part.params['start']?.replace(/^<|>$/g, '')
  const isUsual = first !== undefined && (!start || start === first.contentId) && !isFile(first)
  if (!isUsual || shown.some(({ contentId }) => contentId === undefined)) throw notBuilt(part)
  const { html, text } = readable(first)
  if (html === undefined) throw notBuilt(part)
  return { ...(text !== undefined && { text }), html, shown: shown.map(asFile) }
}

/** A text that is no attachment is read at once by one program, and shown as a file by another. */
function isFile({ type, disposition }: MimePart): boolean {
  if (type.startsWith('multipart/')) return false
  return (type !== 'text/plain' && type !== 'text/html') || disposition === 'attachment'
}

function asFile(part: MimePart): MimePart {
  if (!isFile(part)) throw notBuilt(part)
  return part
}

/** A part that is to be shown in its place has an id, or gets one. */
function fileOf(html = '') {
  return (part: MimePart, index: number): Attachment => {
    const { type, contentId, disposition } = part
    const isShown = disposition === 'inline' || (contentId && html.includes(`cid:${contentId}`))
    return {
      filename: part.filename ?? `attachment.${detectExtension(type)}`,
      content: contentOf(part).toString('base64'),
      contentType: typeOf(part),
      ...(isShown && { contentId: contentId ?? `part-${index + 1}` }),
    }
  }
}

/** With its parameters, but for the name, which is said elsewhere. */
function typeOf({ type, params }: MimePart): string {
  const kept = Object.entries(params).filter(([name]) => name !== 'name')
  return [type, ...kept.map(([name, value]) => `${name}=${quoted(value)}`)].join('; ')
}

/** RFC 2045 section 5.1. */
function quoted(value: string): string {
  return /^[\w!#$%&'*+.^`{|}~-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
}

const isPkcs7 = /^application\/(x-)?pkcs7-mime$/

/** What is signed or encrypted says so in its type (RFC 1847, RFC 8551). */
function notBuilt(part: MimePart, because = part): CannotCarry {
  const { type } = because
  if (type === 'multipart/signed') return new CannotCarry('it is signed (multipart/signed)')
  if (type === 'multipart/encrypted')
    return new CannotCarry('it is encrypted (multipart/encrypted)')
  if (isPkcs7.test(type)) return new CannotCarry(`it is signed or encrypted (${type})`)
  return new CannotCarry(
    because === part ? `it has a ${type} of unusual structure` : `it has a part in ${type}`,
  )
}
