import type MimeNode from 'nodemailer/lib/mime-node'
import { encode, wrap } from 'nodemailer/lib/qp'

/**
 * The bytes of a MIME tree of text parts, the same that nodemailer's `build()` gives but without
 * its streams, which cost more than half of an email's whole way through Postern
 * (docs/decisions/0001-hot-path.md). Headers, boundaries and encodings stay nodemailer's.
 *
 * @returns undefined when a part is not text: then `build()` is the way
 */
export function joinParts(node: MimeNode): Buffer | undefined {
  const text = join(node)
  return text === undefined ? undefined : Buffer.from(text)
}

function join(node: MimeNode): string | undefined {
  if (node.childNodes.length === 0) return leaf(node)
  const header = node.buildHeaders()
  const parts = node.childNodes.map(join)
  if (parts.includes(undefined)) return undefined
  // The boundary is made when the header is built.
  const { boundary } = node
  return `${header}\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`
}

function leaf(node: MimeNode): string | undefined {
  if (typeof node.content !== 'string') return undefined
  const encoding = node.getTransferEncoding()
  if (encoding !== '7bit' && encoding !== 'quoted-printable') return undefined
  const text = node.content.replace(/\r\n|\r|\n/g, '\r\n')
  if (encoding !== '7bit') node.setHeader('Content-Transfer-Encoding', encoding)
  const body = encoding === '7bit' ? text : wrap(encode(text), 76).replaceAll('=0D=0A', '\r\n')
  return `${node.buildHeaders()}\r\n\r\n${body}\r\n`
}
