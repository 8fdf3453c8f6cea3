import type { Parcel } from '../mail/email/parcel.ts'

export interface ParcelParts {
  readonly id?: string
  readonly from?: string
  readonly to?: readonly string[]
  /** In the envelope only. */
  readonly bcc?: readonly string[]
  readonly subject?: string
  readonly text?: string
  /** The whole email, in place of one made of the parts. */
  readonly bytes?: Uint8Array
  readonly envelopeFrom?: string
}

/** A parcel for engine tests, composed in the plainest way: what engines do is under test here. */
export function testParcel(parts: ParcelParts = {}): Parcel {
  const { id = '0190aaaa-0000-7000-8000-000000000001', from = 'ann@own.test', bcc = [] } = parts
  const { to = ['bob@example.test'], subject = 'Hello', text = 'How are you?' } = parts
  const messageId = `<${id}@own.test>`
  const date = new Date(Date.UTC(2026, 0, 2, 3, 4, 5))
  const lines = [
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${messageId}`,
    `From: ${from}`,
    `To: ${to.join(', ')}`,
    `Subject: ${encodedWord(subject)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    text.replaceAll(/\r?\n/g, '\r\n'),
    '',
  ]
  const bytes = parts.bytes ?? Buffer.from(lines.join('\r\n'))
  return {
    id,
    project: 'default',
    messageId,
    date,
    from: { address: from },
    replyTo: [],
    to: to.map((address) => ({ address })),
    cc: [],
    subject,
    headers: {},
    tags: [],
    content: { kind: 'structured', text, headers: {}, attachments: [] },
    envelope: { from: parts.envelopeFrom ?? from, to: [...to, ...bcc] },
    composed: async () => bytes,
  }
}

/** RFC 2047, all of it in one word. */
function encodedWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
}
