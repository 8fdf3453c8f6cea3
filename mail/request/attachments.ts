import { detectMimeType } from 'nodemailer/lib/mime-funcs'
import type { z } from 'zod'
import type { Attachment, AttachmentSource } from '../email/email.ts'
import { checkText } from '../email/headers.ts'
import { isId } from '../email/id.ts'
import { presentFields } from './absent.ts'

/**
 * Reads attachments in every form that Resend's SDKs put on the wire: base64, other text, a Node
 * `Buffer` as JSON (`{"type":"Buffer","data":[...]}`) or a list of byte values. `path`, a URL, and
 * `upload`, an id, say where the bytes are to be had: `gather` brings them.
 */
export function readAttachments(list: readonly unknown[], context: z.RefinementCtx): Attachment[] {
  return list.flatMap((item, index) => {
    const read = readAttachment(item)
    if ('attachment' in read) return [read.attachment]
    context.addIssue({ code: 'custom', path: [index, ...read.path], message: read.rule })
    return []
  })
}

type Read = { attachment: Attachment } | { path: string[]; rule: string }

function readAttachment(item: unknown): Read {
  if (typeof item !== 'object' || item === null) return { path: [], rule: 'an object is needed' }
  // A file may be empty.
  const wire = presentFields(item, ['content'])
  const { filename } = wire
  const contentType = wire['content_type'] ?? wire['contentType']
  const contentId = bareId(wire['content_id'] ?? wire['contentId'] ?? wire['inline_content_id'])
  if (filename !== undefined && !isFilename(filename))
    return { path: ['filename'], rule: 'one line of 1 to 255 characters' }
  if (contentType !== undefined && !isContentType(contentType))
    return { path: ['content_type'], rule: 'a type such as image/png' }
  if (contentId !== undefined && !isFilename(contentId))
    return { path: ['content_id'], rule: 'one line of 1 to 255 characters' }
  const inline = { ...(contentId && { contentId }) }
  const source = sourceOf(wire)
  if (source && 'rule' in source) return source
  if (source) {
    const left = { filename: filename ?? nameIn(source), contentType: contentType ?? '' }
    return { attachment: { ...left, content: '', source, ...inline } }
  }
  const content = readContent(wire['content'])
  if (typeof content !== 'string') return content
  const name = filename ?? 'attachment'
  return {
    attachment: { filename: name, contentType: contentType ?? typeOf(name), content, ...inline },
  }
}

/** Mail libraries give the id as it stands in its header: `<logo>`. */
function bareId(id: unknown): unknown {
  return typeof id === 'string' ? id.replace(/^<([^<>]+)>$/, '$1') : id
}

/** Where the bytes still are, unless they are here. */
function sourceOf(
  wire: Record<string, unknown>,
): AttachmentSource | { path: string[]; rule: string } | undefined {
  const { content, path, upload } = wire
  const isHere = content !== undefined && content !== null
  if (upload !== undefined && upload !== null) {
    if (isHere || (path !== undefined && path !== null))
      return { path: ['upload'], rule: 'only one of content, path and upload is possible' }
    if (typeof upload !== 'string' || !isId(upload.toLowerCase()))
      return { path: ['upload'], rule: 'the id of an upload is needed' }
    return { kind: 'upload', id: upload.toLowerCase() }
  }
  if (isHere) return undefined
  if (path === undefined || path === null)
    return { path: [], rule: 'content, path or upload is needed' }
  if (typeof path !== 'string' || path.length > longestUrl)
    return { path: ['path'], rule: `an https URL of at most ${longestUrl} characters is needed` }
  return { kind: 'url', url: path }
}

/** Characters. */
const longestUrl = 2_048

/** The last part of a URL, where it can be the name of a file. */
function nameIn(source: AttachmentSource): string {
  if (source.kind === 'upload' || !URL.canParse(source.url)) return ''
  const last = new URL(source.url).pathname.split('/').at(-1)!
  try {
    const name = decodeURIComponent(last)
    return isFilename(name) ? name : ''
  } catch {
    return ''
  }
}

function readContent(content: unknown): string | { path: string[]; rule: string } {
  if (typeof content === 'string') return base64In(content) ?? base64Of(Buffer.from(content))
  const bytes = Array.isArray(content) ? content : (content as { data?: unknown }).data
  // As large bodies bring it: the door has packed the list.
  const packed = typeof bytes === 'string' ? base64In(bytes) : undefined
  if (packed !== undefined) return packed
  if (!Array.isArray(bytes) || !bytes.every(isByte))
    return { path: ['content'], rule: 'text, base64, a Buffer or a list of byte values is needed' }
  return base64Of(Buffer.from(bytes.map(Number)))
}

function base64Of(bytes: Buffer): string {
  return bytes.toString('base64')
}

/**
 * A text that is base64 (RFC 4648), in the one spelling that files are kept in: with `+`, `/` and
 * all of its padding. Base64 may be cut into lines, spelled for URLs and lack its padding; then it
 * must end as base64 does, or every other word would be some.
 *
 * @returns undefined for any other text
 */
export function base64In(text: string): string | undefined {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim())
  const packed = lines.join('').replace(/-/g, '+').replace(/_/g, '/')
  const bare = packed.replace(/={0,2}$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1) return undefined
  const whole = bare.padEnd(Math.ceil(bare.length / 4) * 4, '=')
  const isCut = packed.length < whole.length
  return isCut && base64Of(Buffer.from(whole.slice(-4), 'base64')) !== whole.slice(-4)
    ? undefined
    : whole
}

/** Numbers, also in decimal text: PHP's `unpack` and some command lines make such lists. */
function isByte(value: unknown): boolean {
  const number = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value
  return Number.isInteger(number) && (number as number) >= 0 && (number as number) <= 255
}

export function isFilename(value: unknown): value is string {
  return typeof value === 'string' && /^.{1,255}$/u.test(value) && checkText(value) === undefined
}

export function isContentType(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 255 &&
    /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+(\s*;\s*[A-Za-z0-9_-]+=("[\w .:/+-]*"|[\w.:/+-]+))*;?$/.test(
      value,
    )
  )
}

/** By the extension of the name; `application/octet-stream` for one that is not known. */
export function typeOf(filename: unknown): string {
  return detectMimeType(String(filename).split('.').at(-1))
}
