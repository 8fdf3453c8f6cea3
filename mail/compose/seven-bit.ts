import { encodeWords, foldLines } from 'nodemailer/lib/mime-funcs'
import { type RawField, readRaw } from '../email/raw-email.ts'
import { mailboxesOf } from '../email/raw-header.ts'
import { isSigned } from '../email/signatures.ts'
import { type Change, encodedAs, type Part, valueOf, withChangedParts } from './changed-parts.ts'
import { encodedMailbox } from './encoded-mailbox.ts'
import { encodeBase64, encodeQuotedPrintable } from './text-encoding.ts'

/**
 * The email in 7-bit ASCII, for servers without 8BITMIME (RFC 6152) or SMTPUTF8 (RFC 6531): text in
 * quoted-printable, other files in base64, header text in encoded words. It says the same.
 *
 * @param bytes a whole email, lines ending in CRLF
 * @returns undefined when it is signed: encoded another way the signature would no longer hold
 */
export function toSevenBit(bytes: Uint8Array): Buffer | undefined {
  const whole = readRaw(Buffer.from(bytes))
  if (isSigned(whole.fields) || signedPart.test(whole.body)) return undefined
  const { fields, body } = withChangedParts(whole, encoding)
  const isMime = fields.some(({ name }) => name === 'mime-version')
  const lines = [...fields.map(({ line }) => line), ...(isMime ? [] : ['MIME-Version: 1.0'])]
  return Buffer.from(`${lines.map((line) => `${line}\r\n`).join('')}\r\n${body}`, 'latin1')
}

const signedPart = /^content-type[ \t]*:\s*multipart\/signed/im

const encoding: Change = {
  isNeeded: isForeign,
  field: (field) => (isForeign(field.line) ? encodedField(field) : withoutEightBit(field)),
  content: encoded,
  around: (text) => text.replace(/[^\0-\x7f]/g, '?'),
}

function isForeign(text: string): boolean {
  return /[^\0-\x7f]/.test(text)
}

function encoded(part: Part, isText: boolean): Part {
  const { fields } = part
  const now = valueOf(fields, 'content-transfer-encoding').toLowerCase()
  const bytes = Buffer.from(part.body, 'latin1')
  // What is no base64 in base64 means nothing.
  if (now === 'base64') return { fields, body: part.body.replace(/[^\0-\x7f]/g, '') }
  if (now === 'quoted-printable') return { fields, body: part.body.replace(/[^\0-\x7f]/g, asHex) }
  return isText
    ? encodedAs('quoted-printable', fields, encodeQuotedPrintable(bytes))
    : encodedAs('base64', fields, encodeBase64(bytes))
}

function asHex(byte: string): string {
  return `=${byte.charCodeAt(0).toString(16).toUpperCase()}`
}

/** Of a multipart that says so of its parts; a part that needs it gets its own. */
function withoutEightBit(field: RawField): RawField {
  if (field.name !== 'content-transfer-encoding') return field
  return { ...field, line: field.line.replace(/:\s*(8bit|binary)\s*$/i, ': 7bit') }
}

const addressFields = new Set(['from', 'sender', 'reply-to', 'to', 'cc'])

function encodedField(field: RawField): RawField {
  const { name, line } = field
  const text = textOf(line)
  const colon = text.indexOf(':')
  const label = text.slice(0, colon)
  if (name.startsWith('content-')) return { name, line: withParameters(text) }
  const mailboxes = addressFields.has(name) ? mailboxesOf([field], name) : undefined
  const value = mailboxes?.map(encodedMailbox).join(', ') ?? text.slice(colon + 1).trim()
  const said = `${label}: ${isForeign(value) ? encodeWords(value, 'Q', 52) : value}`
  return { name, line: foldLines(said, 76) }
}

/** RFC 2231 section 4: a value beyond ASCII in its extended form, what else there is as "?". */
function withParameters(text: string): string {
  const extended = text.replace(
    /;(\s*)([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/g,
    (whole, blank: string, key: string, quoted?: string, bare?: string) => {
      const value = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? ''
      return isForeign(value) ? `;${blank || ' '}${key}*=utf-8''${escaped(value)}` : whole
    },
  )
  return extended.replace(/[^\0-\x7f]/g, '?')
}

/** RFC 5987 section 3.2.1: more than encodeURIComponent escapes. */
function escaped(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** UTF-8 (RFC 6532) where it is that, else the old way of one character a byte; on one line. */
function textOf(line: string): string {
  const text = Buffer.from(line, 'latin1').toString()
  return (text.includes('\ufffd') ? line : text).replace(/\r\n(?=[ \t])/g, '')
}
