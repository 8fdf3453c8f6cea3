import { comparisonKey, parseAddress, type Mailbox } from '../email/address.ts'
import { type RawField, readRaw } from '../email/raw-email.ts'
import type { EmailRequest } from './email-request.ts'
import type { Fault } from './fault.ts'
import type { Envelope, Sender } from '../email/email.ts'
import { rawFingerprint } from './raw-fingerprint.ts'
import { entriesOf, plainText, valuesOf } from './raw-header.ts'

/** What a caller asks for by handing over a whole MIME email. */
export interface RawRequest {
  readonly request: EmailRequest
  /** The header `Resend-Idempotency-Key` with the fingerprint of what was asked. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: string }
}

/**
 * Reads a MIME email and its envelope, as SMTP submission brings them. The content is kept to the
 * byte. The envelope alone says who gets it: To and Cc only say which of them is named where; the
 * others are Bcc. A broken header is not a fault, the email is kept as it came; content that
 * could never leave is one, because it must be refused while the client is still connected.
 *
 * @param envelope `from` may be empty or no address at all (cron's `root`); `to` is validated
 */
export function readRawRequest(
  mime: Buffer,
  envelope: Envelope,
): RawRequest | { faults: readonly Fault[] } {
  const { fields, body } = readRaw(mime)
  const key = valuesOf(fields, 'resend-idempotency-key')[0]
  const faults = [...keyFaults(key), ...lineFaults(mime)]
  if (faults.length > 0) return { faults }
  const request: EmailRequest = {
    from: senderOf(fields, envelope),
    ...namedWhere(fields, envelope),
    replyTo: replyToOf(fields),
    subject: plainText(valuesOf(fields, 'subject')[0] ?? '', longestSubject),
    tags: [],
    content: { kind: 'raw', mime: mime.toString('base64') },
  }
  if (key === undefined) return { request }
  return { request, idempotency: { key, bodyHash: rawFingerprint(fields, body, envelope) } }
}

/** Even as one word it can be put on a header line again. */
const longestSubject = 900

function keyFaults(key: string | undefined): Fault[] {
  if (key === undefined || (key.length >= 1 && key.length <= 256)) return []
  return [
    { field: 'Resend-Idempotency-Key', rule: 'it must have 1 to 256 characters', kind: 'invalid' },
  ]
}

/** RFC 5322 section 2.1.1, without CRLF: the composer refuses longer ones. */
const longestLine = 998

function lineFaults(mime: Buffer): Fault[] {
  if (!hasLongLine(mime)) return []
  const rule = `a line is longer than ${longestLine} bytes: encode the content (quoted-printable or base64)`
  return [{ field: 'content', rule, kind: 'invalid' }]
}

/** LF to LF first, which is quick; only what is too long then can hold a bare CR or NUL that counts. */
function hasLongLine(mime: Buffer): boolean {
  for (let start = 0; start < mime.length;) {
    const feed = mime.indexOf(0x0a, start)
    const end = feed < 0 ? mime.length : feed
    if (end - start > longestLine && isLong(mime.toString('latin1', start, end))) return true
    start = end + 1
  }
  return false
}

function isLong(piece: string): boolean {
  return piece
    .replaceAll('\0', '')
    .split('\r')
    .some((line) => line.length > longestLine)
}

/** The first mailbox in From, or the sender of the envelope where there is none to be read. */
function senderOf(fields: readonly RawField[], envelope: Envelope): Sender {
  for (const entry of entriesOf(fields, 'from')) if ('mailbox' in entry) return entry.mailbox
  const parsed = parseAddress(envelope.from)
  return 'address' in parsed ? { address: parsed.address } : {}
}

/** A Reply-To that is not read wholly is not touched: it leaves as it came. */
function replyToOf(fields: readonly RawField[]): Mailbox[] {
  const entries = entriesOf(fields, 'reply-to')
  const mailboxes = entries.flatMap((entry) => ('mailbox' in entry ? [entry.mailbox] : []))
  return mailboxes.length === entries.length && entries.length <= mostReplyTo ? mailboxes : []
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
