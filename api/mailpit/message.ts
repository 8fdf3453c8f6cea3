import { createHash } from 'node:crypto'
import { valueOf, type MimeField } from '../../mail/email/mime-fields.ts'
import type { EmailFile } from '../../mail/email/mime-email.ts'
import type { Capture } from '../../mail/ports/captures.ts'
import type { CapturedEmail } from '../captured/capture-view.ts'
import { mailboxOf, recipientsOf, summaryOf } from './summary.ts'

/** One message as Mailpit shows it, with its text and what is known of its files. */
export function messageOf(capture: Capture, { view, files }: CapturedEmail) {
  const { ID, MessageID, Subject, Created, Username, Tags, Size } = summaryOf(capture)
  const lists = { to: view.header_to, cc: view.header_cc, replyTo: view.header_reply_to }
  const parts = files.map((file, n) => ({ ...partOf(file, n), isInline: file.isInline }))
  const [from] = view.header_from
  return {
    ID,
    MessageID: MessageID || idIn(view.headers),
    From: from ? mailboxOf(from) : null,
    ...recipientsOf(capture, lists),
    ReturnPath: capture.from,
    Subject,
    ListUnsubscribe: listUnsubscribe(view.headers),
    Date: dateIn(view.headers) ?? Created,
    Tags,
    Username,
    Text: view.text ?? '',
    HTML: view.html ?? '',
    Size,
    Inline: parts.filter(({ isInline }) => isInline).map(({ isInline: _, ...part }) => part),
    Attachments: parts.filter(({ isInline }) => !isInline).map(({ isInline: _, ...part }) => part),
  }
}

/** The number of a file is its name in addresses, as it is in Postern's own API. */
function partOf({ name, type, contentId = '', bytes }: EmailFile, n: number) {
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex')
  return {
    PartID: String(n),
    FileName: name,
    ContentType: type,
    ContentID: contentId,
    Size: bytes.byteLength,
    Checksums: { MD5: digest('md5'), SHA1: digest('sha1'), SHA256: digest('sha256') },
  }
}

function idIn(fields: readonly MimeField[]): string {
  return (valueOf(fields, 'message-id') ?? '').replace(/^<|>$/g, '')
}

function dateIn(fields: readonly MimeField[]): string | undefined {
  const time = Date.parse(valueOf(fields, 'date') ?? '')
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

/** RFC 2369 and RFC 8058. */
function listUnsubscribe(fields: readonly MimeField[]) {
  const header = valueOf(fields, 'list-unsubscribe') ?? ''
  const links = [...header.matchAll(/<\s*([^<>\s]+)\s*>/g)].map(([, link]) => link!)
  const isKnown = links.every((link) => /^(https?|mailto):/i.test(link))
  return {
    Header: header,
    Links: links,
    Errors: header !== '' && (links.length === 0 || !isKnown) ? 'no mailto: or https: link' : '',
    HeaderPost: valueOf(fields, 'list-unsubscribe-post') ?? '',
  }
}

/** The header by names as Go spells them: each word in lower case, its first letter in upper. */
export function headersOf(fields: readonly MimeField[]): Record<string, string[]> {
  const byName = new Map<string, string[]>()
  for (const { name, value } of fields) {
    const key = canonical(name)
    byName.set(key, [...(byName.get(key) ?? []), value])
  }
  return Object.fromEntries([...byName].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function canonical(name: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return name
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (first) => first.toUpperCase())
}
