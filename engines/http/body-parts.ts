import type { MimePart } from '../../mail/email/mime-part.ts'
import type { Body } from './body-shape.ts'
import { CannotCarry } from './cannot-carry.ts'
import { fileOf } from './file-of.ts'
import { textOf } from './mime-content.ts'
import { contentIdOf, dispositionOf, isNamed } from './strict-mime.ts'

type Parts = Pick<Body, 'text' | 'html' | 'attachments'>

/**
 * The parts of an email that providers build the same from: text, html with what it shows, and
 * files after that.
 *
 * @throws CannotCarry for every other structure
 */
export async function partsOf(root: MimePart): Promise<Parts> {
  if (isFile(root)) throw notBuilt(root)
  const [first, ...others] = root.type === 'multipart/mixed' ? root.parts : [root]
  const isBody = first !== undefined && !isFile(first)
  const { shown, ...words }: Readable = isBody ? await readable(first) : { shown: [] }
  const rest = isBody ? others : root.parts
  const files = [...shown, ...rest.map(asFile)].map((part, at) => fileOf(part, words.html, at))
  const attachments = await Promise.all(files)
  return { ...(words.text || words.html ? words : { text: ' ' }), attachments }
}

interface Readable {
  readonly text?: string
  readonly html?: string
  /** What the html shows. */
  readonly shown: readonly MimePart[]
}

async function readable(part: MimePart): Promise<Readable> {
  switch (part.type) {
    case 'text/plain':
      return { text: await unnamed(part), shown: [] }
    case 'text/html':
      return { html: await unnamed(part), shown: [] }
    case 'multipart/related':
      return related(part)
    case 'multipart/alternative':
      return alternative(part)
    default:
      throw notBuilt(part)
  }
}

async function unnamed(part: MimePart): Promise<string> {
  if (isNamed(part)) throw new CannotCarry('it has a text to be read that has a name')
  return textOf(part)
}

/** Plain first, as every program takes the last that it understands. */
async function alternative(part: MimePart): Promise<Readable> {
  const [plain, rich, ...others] = part.parts
  if (plain === undefined || others.length > 0) throw notBuilt(part, others.at(-1))
  if (rich === undefined) return readable(plain)
  const [one, other] = [await readable(plain), await readable(rich)]
  const isUsual = one.html === undefined && other.text === undefined && !isFile(plain)
  if (!isUsual || isFile(rich)) throw notBuilt(part)
  return { text: one.text, html: other.html, shown: other.shown }
}

async function related(part: MimePart): Promise<Readable> {
  const [first, ...shown] = part.parts
  const start = part.parameters.get('start')?.replace(/^<|>$/g, '')
  const isUsual = first !== undefined && (!start || start === contentIdOf(first)) && !isFile(first)
  if (!isUsual || shown.some((file) => contentIdOf(file) === undefined)) throw notBuilt(part)
  const { html, text } = await readable(first)
  if (html === undefined) throw notBuilt(part)
  return { ...(text !== undefined && { text }), html, shown: shown.map(asFile) }
}

/** A text that is no attachment is read at once by one program, and shown as a file by another. */
function isFile(part: MimePart): boolean {
  const { type } = part
  if (type.startsWith('multipart/')) return false
  return (type !== 'text/plain' && type !== 'text/html') || dispositionOf(part) === 'attachment'
}

function asFile(part: MimePart): MimePart {
  if (!isFile(part)) throw notBuilt(part)
  return part
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
