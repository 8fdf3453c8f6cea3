import { type RawField, readRaw } from '../email/raw-email.ts'
import { literal } from '../email/literal.ts'

/** A header and a body, as text of one character a byte. */
export interface Part {
  readonly fields: readonly RawField[]
  readonly body: string
}

/** What is changed in an email, without a change in what it says. */
export interface Change {
  /** Whether a text has what must not leave. */
  readonly isNeeded: (text: string) => boolean
  readonly field: (field: RawField) => RawField
  /** A part that holds no others, of which the body needs it. */
  readonly content: (part: Part, isText: boolean) => Part
  /** What stands around the parts, or cannot be taken apart. */
  readonly around: (text: string) => string
}

/** Parts within parts within parts: deeper ones are not taken apart. */
const deepest = 20

/** Changes the parts of an email that need it, and no others. */
export function withChangedParts({ fields, body }: Part, change: Change): Part {
  return changed({ fields: fields.map(change.field), body }, change, 0)
}

function changed(part: Part, change: Change, depth: number): Part {
  if (!change.isNeeded(part.body)) return part
  const type = valueOf(part.fields, 'content-type')
  const boundary = /^multipart\//i.test(type) && boundaryOf(type)
  if (depth >= deepest) return { ...part, body: change.around(part.body) }
  if (boundary) return { ...part, body: changedParts(part.body, boundary, change, depth) }
  if (/^message\//i.test(type)) return { ...part, body: changedInner(part.body, change, depth) }
  return change.content(part, /^text\//i.test(type) || type === '')
}

/** What stands between the lines of a boundary (RFC 2046 section 5.1.1), part by part. */
function changedParts(body: string, boundary: string, change: Change, depth: number): string {
  const line = new RegExp(`(^|\\r\\n)(--${literal(boundary)}(?:--)?[ \\t]*(?=\\r\\n|$))`)
  const [preamble = '', ...rest] = body.split(line)
  let text = change.around(preamble)
  for (let at = 0; at < rest.length; at += 3) {
    const [before, delimiter, inside] = [rest[at]!, rest[at + 1]!, rest[at + 2]!]
    const isEnd = delimiter.trimEnd() === `--${boundary}--`
    const now = isEnd ? change.around(inside) : changedSection(inside, change, depth)
    text += before + delimiter + now
  }
  return text
}

/** A part with the CRLF of its delimiter before it. */
function changedSection(section: string, change: Change, depth: number): string {
  if (!change.isNeeded(section)) return section
  return `\r\n${changedInner(section.slice(2), change, depth)}`
}

/** A header and a body: a part, or an email within the email. */
function changedInner(text: string, change: Change, depth: number): string {
  const gap = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n')
  const { fields, isMended } = readRaw(Buffer.from(text.slice(0, gap + 4), 'latin1'))
  if (gap < 0 || isMended) return change.around(text)
  const body = text.slice(gap + (gap === 0 ? 2 : 4))
  const now = changed({ fields: fields.map(change.field), body }, change, depth + 1)
  return `${now.fields.map(({ line }) => `${line}\r\n`).join('')}\r\n${now.body}`
}

/** The value of the first field of that name, on one line. */
export function valueOf(fields: readonly RawField[], wanted: string): string {
  const line = fields.find(({ name }) => name === wanted)?.line ?? ''
  return line
    .slice(line.indexOf(':') + 1)
    .replaceAll('\r\n', '')
    .trim()
}

/** A part whose body is encoded another way. */
export function encodedAs(encoding: string, fields: readonly RawField[], body: Buffer): Part {
  const others = fields.filter(({ name }) => name !== 'content-transfer-encoding')
  const line = `Content-Transfer-Encoding: ${encoding}`
  const all = [...others, { name: 'content-transfer-encoding', line }]
  return { fields: all, body: body.toString('latin1') }
}

function boundaryOf(type: string): string | undefined {
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(type) ?? []
  return quoted ?? bare
}
