import { detectMimeType } from 'nodemailer/lib/mime-funcs'
import type { z } from 'zod'
import type { Attachment, AttachmentSource } from '../email/email.ts'
import { checkText } from '../email/headers.ts'
import { isId } from '../email/id.ts'

/**
 * Reads attachments in every form that Resend's SDKs put on the wire: base64, a Node `Buffer` as
 * JSON (`{"type":"Buffer","data":[...]}`) or a list of byte values. `path`, a URL, and `upload`, an
 * id, say where the bytes are to be had: `gather` brings them.
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
  const wire = item as Record<string, unknown>
  const filename = wire['filename'] ?? undefined
  const contentType = wire['content_type'] ?? wire['contentType'] ?? undefined
  const contentId =
    wire['content_id'] ?? wire['contentId'] ?? wire['inline_content_id'] ?? undefined
  if (filename !== undefined && !isFilename(filename))
    return { path: ['filename'], rule: 'one line of 1 to 255 characters' }
  if (contentType !== undefined && !isContentType(contentType))
    return { path: ['content_type'], rule: 'a type such as image/png' }
  if (contentId !== undefined && !isContentId(contentId))
    return {
      path: ['content_id'],
      rule: '1 to 128 printable ASCII characters without < > or spaces',
    }
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
  if (typeof content === 'string') return readText(content)
  const bytes = Array.isArray(content) ? content : (content as { data?: unknown }).data
  if (!Array.isArray(bytes) || !bytes.every(isByte))
    return { path: ['content'], rule: 'base64, a Buffer or a list of byte values is needed' }
  return Buffer.from(bytes as number[]).toString('base64')
}

/**
 * Text that looks like base64 is base64; a caller who means other text gets an error rather than
 * sent something else than was meant.
 */
function readText(content: string): string | { path: string[]; rule: string } {
  const packed = content
    .replace(/[\r\n\t ]+/g, '')
    .replace(/-/g, '+')
    .replace(/_/g, '/')
  const bare = packed.replace(/={0,2}$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1)
    return { path: ['content'], rule: 'not base64' }
  return bare.padEnd(Math.ceil(bare.length / 4) * 4, '=')
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255
}

export function isFilename(value: unknown): value is string {
  return typeof value === 'string' && /^.{1,255}$/u.test(value) && checkText(value) === undefined
}

export function isContentType(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 255 &&
    /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+(\s*;\s*[A-Za-z0-9_-]+=("[\w .:/+-]*"|[\w.:/+-]+))*$/.test(
      value,
    )
  )
}

function isContentId(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x3b\x3d\x3f-\x7e]{1,128}$/.test(value)
}

/** By the extension of the name; `application/octet-stream` for one that is not known. */
export function typeOf(filename: unknown): string {
  return detectMimeType(String(filename).split('.').at(-1))
}
