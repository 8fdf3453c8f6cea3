import { encode as base64, wrap as wrapBase64 } from 'nodemailer/lib/base64'
import type MimeNode from 'nodemailer/lib/mime-node'
import { encode, wrap } from 'nodemailer/lib/qp'

/**
 * The bytes of a MIME tree, the same that nodemailer's `build()` gives but without its streams,
 * which cost more than half of an email's whole way through Postern
 * (docs/decisions/0001-hot-path.md). Headers, boundaries and encodings stay nodemailer's.
 *
 * Above 64 KB of quoted-printable `build()` breaks some lines elsewhere: its slices end there.
 *
 * @throws Error for content that nodemailer would pass on unencoded: nothing here makes such
 */
export function joinParts(node: MimeNode): Buffer {
  const text = join(node)
  return Buffer.from(text.endsWith('\n') ? text : `${text}\r\n`)
}

function join(node: MimeNode): string {
  // The boundary is made when the header is built.
  const header = node.buildHeaders()
  const parts = node.childNodes.map((child) => `--${node.boundary}\r\n${join(child)}\r\n`)
  const end = parts.length > 0 ? `--${node.boundary}--\r\n` : ''
  return `${header}\r\n\r\n${bodyOf(node)}${parts.join('')}${end}`
}

function bodyOf(node: MimeNode): string {
  const content = node.content as string | Buffer | undefined
  if (!content) return ''
  const encoding = node.getTransferEncoding()
  if (encoding === 'base64') return wrapBase64(base64(content), 76)
  if (typeof content === 'string' && encoding === 'quoted-printable')
    return quotedPrintable(content)
  if (typeof content === 'string' && encoding === '7bit') return content
  throw new Error(`content with the encoding "${encoding}" cannot be joined`)
}

/** Blanks at the very end are encoded after the rest is wrapped, as nodemailer does. */
function quotedPrintable(text: string): string {
  const end = /[ \t]*$/.exec(text)!.index
  const wrapped = wrap(encode(text.slice(0, end)), 76)
  const last = wrapped.lastIndexOf('\n') + 1
  return wrapped.slice(0, last) + wrap(wrapped.slice(last) + encode(text.slice(end)), 76)
}
