import { comparisonKey, type Mailbox } from '../email/address.ts'
import type { Sender } from '../email/email.ts'
import { checkText, ownerOf, type HeaderTexts } from '../email/headers.ts'
import { keptMessageId } from '../email/message-id.ts'
import { isProviderOrder } from '../email/provider-orders.ts'
import { entriesOf, plainText } from '../email/raw-header.ts'
import { readStream, streamHeader, type Stream } from '../email/stream.ts'

/** The fields of a request that a header can say again. */
interface Fields {
  readonly from: Sender
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly bcc: readonly Mailbox[]
  readonly replyTo: readonly Mailbox[]
  readonly subject: string
}

/** What of the headers is a header of the email, and what they say beside. */
interface AskedHeaders {
  readonly headers: HeaderTexts
  readonly replyTo: readonly Mailbox[]
  readonly messageId?: string
  readonly stream?: Stream
  readonly notes: readonly string[]
  readonly faults: readonly { path: string[]; message: string }[]
}

/**
 * Takes out of the headers what is not the caller's to write. Mail libraries put there whatever
 * their own email object holds: what Postern writes itself is left out with a note, a Message-ID, a
 * Reply-To and a stream are obeyed, and what a field says already is left out. A header that says something
 * else than its field is refused: one program would believe the one, another the other.
 *
 * @param texts checked already
 */
export function takeHeaders(texts: HeaderTexts, fields: Fields): AskedHeaders {
  const taken = {
    headers: {} as Record<string, string>,
    replyTo: fields.replyTo,
    messageId: undefined as string | undefined,
    stream: undefined as Stream | undefined,
    notes: [] as string[],
    faults: [] as { path: string[]; message: string }[],
  }
  for (const [name, value] of Object.entries(texts)) {
    const owner = ownerOf(name)
    if (isProviderOrder(name)) {
      taken.notes.push(`left out: the header ${name}, which gives orders to a provider`)
      continue
    }
    if (!owner) {
      taken.headers[name] = value
      continue
    }
    const end = owner === 'field' ? takeRepeated(name, value, fields) : takeWritten(name, value)
    if (typeof end === 'string') taken.faults.push({ path: [name], message: end })
    else if ('note' in end) taken.notes.push(end.note)
    else Object.assign(taken, end)
  }
  return taken
}

type End =
  | string
  | { note: string }
  | { messageId: string }
  | { stream: Stream }
  | { replyTo: readonly Mailbox[] }

function takeWritten(name: string, value: string): End {
  if (name.toLowerCase() === streamHeader.toLowerCase()) {
    const read = readStream(value)
    return 'fault' in read ? read.fault : read
  }
  const messageId = name.toLowerCase() === 'message-id' ? keptMessageId(value) : undefined
  return messageId ? { messageId } : { note: `left out: the header ${name}, which Postern writes` }
}

function takeRepeated(name: string, value: string, fields: Fields): End {
  const key = name.toLowerCase()
  const leftOut = { note: `left out: the header ${name}, which has a field of its own` }
  const fault = checkText(value)
  if (fault) return fault
  if (key === 'subject') return isSubject(value, fields) ? leftOut : differs(key)
  const said = mailboxesIn(key, value)
  if (!said) return 'addresses such as a@example.com are needed'
  if (key !== 'reply-to') return isWithin(said, fieldOf(key, fields)) ? leftOut : differs(key)
  return fields.replyTo.length > 0 ? leftOut : { replyTo: said }
}

function isSubject(value: string, { subject }: Fields): boolean {
  return value === subject || plainText(value, subject.length + 1) === subject
}

function differs(field: string): string {
  return `this header is made from the field \`${field}\`, which says something else`
}

function fieldOf(key: string, fields: Fields): readonly { address?: string }[] {
  switch (key) {
    case 'from':
      return [fields.from]
    case 'to':
      return fields.to
    case 'cc':
      return fields.cc
    default:
      return fields.bcc
  }
}

function isWithin(said: readonly Mailbox[], field: readonly { address?: string }[]): boolean {
  const keys = new Set(field.map(({ address = '' }) => comparisonKey(address)))
  return said.every(({ address }) => keys.has(comparisonKey(address)))
}

/** Read as SMTP submission reads such a header; undefined unless every part of it is an address. */
function mailboxesIn(name: string, value: string): readonly Mailbox[] | undefined {
  const line = `${name}: ${Buffer.from(value).toString('latin1')}`
  const entries = entriesOf([{ name, line }], name)
  const mailboxes = entries.flatMap((entry) => ('mailbox' in entry ? [entry.mailbox] : []))
  return mailboxes.length === entries.length && entries.length > 0 && entries.length <= 50
    ? mailboxes
    : undefined
}
