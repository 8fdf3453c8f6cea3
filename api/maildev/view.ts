import { createHash } from 'node:crypto'
import type { EmailFile } from '../../mail/email/mime-email.ts'
import type { MimeField } from '../../mail/email/mime-fields.ts'
import { valueOf } from '../../mail/email/mime-fields.ts'
import type { HeaderMailbox } from '../../mail/email/outline.ts'
import type { Capture } from '../../mail/ports/captures.ts'
import type { CapturedEmail } from '../captured/capture-view.ts'
import { recipientsOf } from '../mailpit/summary.ts'

/** An email as MailDev shows it. */
export function emailOf(capture: Capture, { view, files }: CapturedEmail) {
  const { id, at, seen, size, subject, from, to } = capture
  const lists = { to: view.header_to, cc: view.header_cc, replyTo: view.header_reply_to }
  const plain = (address: string) => ({ address, name: '' })
  return {
    id,
    time: new Date(at).toISOString(),
    read: seen,
    subject,
    from: mailboxes(view.header_from),
    to: mailboxes(lists.to),
    cc: mailboxes(lists.cc),
    bcc: [],
    replyTo: mailboxes(lists.replyTo),
    calculatedBcc: recipientsOf(capture, lists).Bcc.map(({ Address }) => plain(Address)),
    date: new Date(Date.parse(valueOf(view.headers, 'date') ?? '') || at).toISOString(),
    messageId: valueOf(view.headers, 'message-id') ?? '',
    priority: 'normal',
    headers: headersOf(view.headers),
    html: view.html ?? '',
    text: view.text ?? '',
    attachments: files.map(attachmentOf),
    envelope: {
      from: { address: from, args: {} },
      to: to.map((address) => ({ address, args: {} })),
      ...{ host: '', remoteAddress: '' },
    },
    size,
    sizeHuman: `${(size / 1_024).toFixed(1)} KB`,
  }
}

function mailboxes(list: readonly Partial<HeaderMailbox>[]): HeaderMailbox[] {
  return list.map(({ address = '', name = '' }) => ({ address, name }))
}

/** The last of each name, in lower case. */
function headersOf(fields: readonly MimeField[]): Record<string, string> {
  return Object.fromEntries(fields.map(({ name, value }) => [name.toLowerCase(), value]))
}

function attachmentOf({ name, type, contentId, bytes, isInline }: EmailFile) {
  return {
    contentType: type,
    contentDisposition: isInline ? 'inline' : 'attachment',
    contentId: contentId ?? '',
    fileName: name,
    generatedFileName: name,
    checksum: createHash('md5').update(bytes).digest('hex'),
    length: bytes.byteLength,
    size: bytes.byteLength,
  }
}
