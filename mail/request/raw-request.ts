import { comparisonKey, parseAddress, type Mailbox } from '../email/address.ts'
import type { Envelope, Sender } from '../email/email.ts'
import { hasEncodedWord } from '../email/encoded-words.ts'
import { keptMessageId } from '../email/message-id.ts'
import { type RawField, readRaw } from '../email/raw-email.ts'
import { entriesOf, mailboxesOf, plainText, valuesOf } from '../email/raw-header.ts'
import { readStream, streamHeader } from '../email/stream.ts'
import type { EmailRequest } from './email-request.ts'
import type { Fault } from './fault.ts'
import { type AskedEnvelope, envelopeOf } from './raw-envelope.ts'
import { boundFaults, rawFaults } from './raw-faults.ts'
import { rawFingerprint } from './raw-fingerprint.ts'

/** What a client asks for by handing over a whole MIME email. */
interface RawRequest {
  readonly request: EmailRequest
  /** The key, such as the header `Resend-Idempotency-Key`, with the fingerprint of what was asked. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: string }
}

/**
 * Reads a MIME email and its envelope, as SMTP submission brings them. The content is kept to the
 * byte. The envelope alone says who gets it: To and Cc say only who of them is named where, and
 * a recipient named nowhere is Bcc. A broken header is no fault, the email is kept as it came; what
 * could never leave is one, because it must be refused while the client listens.
 *
 * @param asked `from` is empty for a null sender, and may be no address at all (cron's `root`);
 * `to` is validated
 * @param askedKey the idempotency key that came with the email
 */
export function readRawRequest(
  mime: Buffer,
  asked: AskedEnvelope,
  askedKey?: string,
): RawRequest | { faults: readonly Fault[] } {
  const tooMuch = boundFaults(mime)
  if (tooMuch.length > 0) return { faults: tooMuch }
  const email = readRaw(mime)
  const { fields, body } = email
  const envelope = envelopeOf(email, asked)
  if ('faults' in envelope) return envelope
  const key = askedKey ?? valuesOf(fields, 'resend-idempotency-key')[0]
  const stream = streamIn(fields)
  const faults = [...rawFaults(mime, fields, key), ...('faults' in stream ? stream.faults : [])]
  if (faults.length > 0) return { faults }
  const request: EmailRequest = {
    ...sendersOf(fields, envelope),
    ...namedWhere(fields, envelope),
    replyTo: replyToOf(fields),
    subject: plainText(valuesOf(fields, 'subject')[0] ?? '', longestOneLine),
    tags: [],
    content: { kind: 'raw', mime: mime.toString('base64') },
    ...messageIdOf(fields),
    ...stream,
    ...(valuesOf(fields, 'list-unsubscribe').length > 0 && { isListMail: true }),
  }
  if (key === undefined) return { request }
  return { request, idempotency: { key, bodyHash: rawFingerprint(fields, body, envelope) } }
}

/**
 * The same with its subject in readable text where it is written in a charset that takes tables to
 * read (DOS, UTF-7, Korean and Chinese 7-bit): lists show it as the view of a capture does. Names
 * stay unread, so that composing finds From as accepting did.
 */
export async function withReadSubject<Read extends { request: EmailRequest }>(
  read: Read,
): Promise<Read> {
  const { subject } = read.request
  if (!hasEncodedWord(subject)) return read
  const { headerText } = await import('../email/mime-name.ts')
  const readable = plainText(await headerText(subject), longestOneLine)
  return { ...read, request: { ...read.request, subject: readable } }
}

/** Even as one word it can be put on a header line again. */
const longestOneLine = 900

function messageIdOf(fields: readonly RawField[]): Pick<EmailRequest, 'messageId'> {
  const messageId = keptMessageId(valuesOf(fields, 'message-id')[0] ?? '')
  return messageId === undefined ? {} : { messageId }
}

/** The stream that a header of ours names, which does not leave with the email. */
function streamIn(fields: readonly RawField[]): Pick<EmailRequest, 'stream'> | { faults: Fault[] } {
  const text = valuesOf(fields, streamHeader.toLowerCase())[0]
  if (text === undefined) return {}
  const read = readStream(text)
  return 'fault' in read
    ? { faults: [{ field: streamHeader, rule: read.fault, kind: 'invalid' }] }
    : read
}

/** Everybody whom the header or the envelope names as a sender. */
function sendersOf(fields: readonly RawField[], envelope: Envelope) {
  const authors = entriesOf(fields, 'from').flatMap((one) =>
    'mailbox' in one ? [one.mailbox] : [],
  )
  const from = authors[0] ?? senderOf(envelope)
  const sender = mailboxesOf(fields, 'sender')
  const mailFrom = parseAddress(envelope.from)
  const isOther = 'address' in mailFrom && mailFrom.address !== from.address
  return {
    from,
    ...(authors.length > 1 && { coAuthors: authors.slice(1) }),
    ...(sender?.length === 1 && { sender: sender[0]! }),
    ...(envelope.from === '' && { envelopeFrom: '' }),
    ...(isOther && { envelopeFrom: mailFrom.address }),
  }
}

/** The sender of the envelope, where there is none to be read in the header. */
function senderOf(envelope: Envelope): Sender {
  const parsed = parseAddress(envelope.from, 'local')
  return 'address' in parsed ? { address: parsed.address } : {}
}

/** A Reply-To that is not read wholly is not touched: it leaves as it came. */
function replyToOf(fields: readonly RawField[]): Mailbox[] {
  const mailboxes = mailboxesOf(fields, 'reply-to') ?? []
  return mailboxes.length <= mostReplyTo ? mailboxes : []
}

/** As many as over HTTP. */
const mostReplyTo = 50

/** Each recipient once, spelled as in the envelope, with the name that the header gives it. */
function namedWhere(fields: readonly RawField[], envelope: Envelope) {
  const left = new Map(envelope.to.map((address) => [comparisonKey(address), address]))
  function take(name: string): Mailbox[] {
    const found: Mailbox[] = []
    for (const entry of entriesOf(fields, name)) {
      if ('fault' in entry) continue
      const address = left.get(comparisonKey(entry.mailbox.address))
      if (address === undefined) continue
      left.delete(comparisonKey(address))
      found.push({ ...entry.mailbox, address })
    }
    return found
  }
  const [to, cc] = [take('to'), take('cc')]
  return { to, cc, bcc: [...left.values()].map((address) => ({ address })) }
}
