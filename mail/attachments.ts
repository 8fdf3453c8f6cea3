import { detectMimeType } from 'nodemailer/lib/mime-funcs'
import type { z } from 'zod'
import type { Attachment } from './email.ts'
import { checkText } from './headers.ts'

/**
 * Reads attachments in every form that Resend's SDKs put on the wire: base64, a Node `Buffer` as
 * JSON (`{"type":"Buffer","data":[...]}`), a list of byte values, or plain text.
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
  const filename = wire['filename'] ?? 'attachment'
  const contentType = wire['content_type'] ?? wire['contentType'] ?? typeOf(filename)
  const contentId =
    wire['content_id'] ?? wire['contentId'] ?? wire['inline_content_id'] ?? undefined
  if (!isFilename(filename)) return { path: ['filename'], rule: 'one line of 1 to 255 characters' }
  if (!isContentType(contentType))
    return { path: ['content_type'], rule: 'a type such as image/png' }
  if (contentId !== undefined && !isContentId(contentId))
    return {
      path: ['content_id'],
      rule: '1 to 128 printable ASCII characters without < > or spaces',
    }
  const content = readContent(wire)
  if (typeof content !== 'string') return content
  return { attachment: { filename, contentType, content, ...(contentId && { contentId }) } }
}

function readContent(wire: Record<string, unknown>): string | { path: string[]; rule: string } {
  const { content, path } = wire
  if (content === undefined || content === null)
    return path === undefined || path === null
      ? { path: [], rule: 'content or path is needed' }
      : { path: ['path'], rule: 'fetching attachments from a URL is switched off' }
  if (typeof content === 'string') return readText(content)
  const bytes = Array.isArray(content) ? content : (content as { data?: unknown }).data
  if (!Array.isArray(bytes) || !bytes.every(isByte))
    return { path: ['content'], rule: 'base64, a Buffer or a list of byte values is needed' }
  return Buffer.from(bytes as number[]).toString('base64')
}

/**
 * Text that looks like base64 is base64; a caller who means other text is told so rather than
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

function isFilename(value: unknown): value is string {
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

function typeOf(filename: unknown): string {
  return detectMimeType(String(filename).split('.').at(-1))
}
