import PostalMime, { decodeWords, type Address, type Attachment } from 'postal-mime'
import { checkHeader } from '../../mail/email/headers.ts'

/** What a recipient sees of an email, by a reader that is neither ours nor a provider's. */
export async function readEmail(mime: Uint8Array) {
  const email = await PostalMime.parse(mime, {
    rfc822Attachments: true,
    forceRfc822Attachments: true,
    attachmentEncoding: 'base64',
  })
  const { from, sender, to = [], cc = [], replyTo = [], subject = '', text = '', html = '' } = email
  return {
    from: [from].map(box),
    sender: sender ? [sender].map(box) : [],
    to: to.map(box),
    cc: cc.map(box),
    replyTo: replyTo.map(box),
    subject,
    text: lines(text),
    html: lines(html),
    // What is shown has its place by its id, before or behind the files.
    files: email.attachments.toSorted(shownFirst).map((file) => ({
      name: file.filename ?? `attachment.*`,
      type: file.mimeType,
      ...(file.method && { method: file.method }),
      shown: file.disposition === 'inline',
      id: file.disposition === 'inline' ? (file.contentId ?? '<any>') : '',
      content: lines(Buffer.from(file.content as string, 'base64').toString('latin1')),
    })),
    headers: email.headers
      .filter(({ key }) => checkHeader(key, 'x') === undefined)
      .map(({ key, value }) => `${key}: ${decodeWords(value).replace(/\s+/g, ' ')}`)
      .sort(),
  }
}

function shownFirst(one: Attachment, other: Attachment): number {
  return Number(other.disposition === 'inline') - Number(one.disposition === 'inline')
}

function box(address: Address | undefined): string {
  return `${address?.name ?? ''} <${address?.address ?? ''}>`
}

/** How lines end is no part of a text, nor is a blank or line end behind it. */
function lines(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd()
}
