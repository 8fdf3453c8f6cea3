import type * as z from 'zod'
import type { Mailbox } from '../email/address.ts'
import type { Content, Email, OnAmbiguous } from '../email/email.ts'
import { measureLines, mostLines } from '../email/line-ends.ts'
import { isAbsent, presentFields } from './absent.ts'
import { takeHeaders } from './asked-headers.ts'
import { emailBody } from './email-body.ts'
import type { Fault } from './fault.ts'
import type { Stream } from '../email/stream.ts'
import { required } from '../email/zod-words.ts'
import { readIsoTime, scheduledAtIn } from './schedule-time.ts'
import { shownAttachments } from './shown-attachments.ts'

/** An email as a caller asks for it: every part checked, nothing decided yet. */
export interface EmailRequest extends Pick<
  Email,
  'from' | 'sender' | 'to' | 'cc' | 'bcc' | 'replyTo' | 'subject' | 'tags'
> {
  /** Who else wrote it: more mailboxes in From (RFC 5322 section 3.6.2). */
  readonly coAuthors?: readonly Mailbox[]
  /** MAIL FROM where that is not From; empty for no bounces at all (RFC 5321 section 4.5.5). */
  readonly envelopeFrom?: string
  readonly content: Content
  /** Milliseconds since the epoch. */
  readonly scheduledAt?: number
  readonly onAmbiguous?: OnAmbiguous
  readonly group?: string
  readonly list?: string
  readonly ignoreSuppressions?: Email['ignoreSuppressions']
  readonly template?: Email['template']
  /** As the email itself says. */
  readonly stream?: Stream
  /** A raw email that can be unsubscribed from. */
  readonly isListMail?: boolean
  /** The Message-ID that the caller chose; Postern makes one otherwise. */
  readonly messageId?: string
  /** What was left out or read in another way than it was written: recorded in the timeline. */
  readonly notes?: readonly string[]
}

/** To, Cc and Bcc together, as SendGrid takes them; an engine with less room sends more than once. */
export const mostRecipients = 1_000

/** SES and Resend both take 40 MB after base64. */
export const mostContentBytes = 40_000_000

/** What an attachment of that size leaves for the words of its email, in bytes. */
const wordsBytes = 100_000

/** The largest attachment that an email can have, in bytes: base64 makes four of three. */
export const mostAttachmentBytes = ((mostContentBytes - wordsBytes) / 4) * 3

/**
 * Reads the body of `POST /emails`, in Resend's spelling. Unknown fields are ignored, as its
 * SDKs rely on; `null`, `""` and `[""]` mean absent.
 *
 * @param now milliseconds since the epoch, to judge `scheduled_at`
 * @param readTime what reads that; `timeReader` knows English too
 * @returns the request, or every fault in it
 */
export function readEmailRequest(
  body: unknown,
  now: number,
  readTime = readIsoTime,
): { request: EmailRequest } | { faults: Fault[] } {
  const parsed = emailBody.safeParse(withoutAbsent(body))
  if (!parsed.success) return { faults: parsed.error.issues.map(faultOf) }
  const {
    from = {},
    reply_to,
    html,
    text,
    attachments,
    scheduled_at,
    headers: texts,
    unsubscribe,
    topic_id,
    ...rest
  } = parsed.data
  const fields = { ...rest, from, replyTo: reply_to }
  const {
    faults: headerFaults,
    headers,
    replyTo,
    messageId,
    stream,
    notes,
  } = takeHeaders(texts, fields)
  const files = shownAttachments(attachments, html)
  const content: Content = {
    kind: 'structured',
    ...(html !== undefined && { html }),
    ...(text !== undefined && { text }),
    headers,
    attachments: files.attachments,
  }
  const scheduled = scheduled_at === undefined ? undefined : readTime(scheduled_at, now)
  const request = {
    ...rest,
    from,
    replyTo,
    messageId,
    stream: rest.stream ?? stream,
    list: unsubscribe?.list ?? topic_id,
    content,
    notes: notes.length > 0 ? notes : undefined,
    scheduledAt: scheduled && 'time' in scheduled ? scheduled.time : undefined,
  }
  const faults = faultsOfTheWhole(request)
  if (request.list !== undefined) faults.push(...listFaults(request))
  for (const { path, message } of headerFaults)
    faults.push({ field: ['headers', ...path].join('.'), rule: message, kind: 'invalid' })
  for (const { path, message } of files.faults)
    faults.push({ field: ['attachments', ...path].join('.'), rule: message, kind: 'attachment' })
  if (scheduled && 'fault' in scheduled)
    faults.push({ field: 'scheduled_at', rule: scheduled.fault, kind: 'invalid' })
  return faults.length > 0 ? { faults } : { request }
}

function faultsOfTheWhole(request: EmailRequest): Fault[] {
  const faults: Fault[] = []
  const { content } = request
  if (content.kind === 'structured' && content.html === undefined && content.text === undefined)
    faults.push({ field: 'html', rule: 'html or text is needed', kind: 'missing' })
  return [...faults, ...excessOf(content)]
}

/** Each recipient has a link of its own to unsubscribe: what all can see must be for one. */
export function listFaults({ to, cc, bcc }: Pick<EmailRequest, 'to' | 'cc' | 'bcc'>): Fault[] {
  const rule = 'an email that names a list has one recipient, who can unsubscribe from it'
  return to.length + cc.length + bcc.length === 1 ? [] : [{ field: 'to', rule, kind: 'invalid' }]
}

/** What of a content costs too much to carry: its bytes, and the lines of its texts. */
export function excessOf(content: Content): Fault[] {
  const texts: { text?: string; html?: string } = content.kind === 'structured' ? content : {}
  const long = (['text', 'html'] as const).filter((field) => countLines(texts[field]) > mostLines)
  const rule = `more than ${mostLines} lines`
  return [
    ...(contentBytes(content) > mostContentBytes ? [tooLarge('attachments')] : []),
    ...long.map((field): Fault => ({ field, rule, kind: 'tooLarge' })),
  ]
}

function countLines(text = ''): number {
  return text.length < mostLines ? 0 : measureLines(Buffer.from(text)).count
}

export function tooLarge(field: string): Fault {
  return { field, rule: `more than ${mostContentBytes / 1e6} MB after base64`, kind: 'tooLarge' }
}

/** The size of a content as it counts against the limits, in bytes. */
export function contentBytes(content: Content): number {
  if (content.kind === 'raw') return content.mime.length
  const attached = content.attachments.reduce((sum, file) => sum + file.content.length, 0)
  return Buffer.byteLength(content.html ?? '') + Buffer.byteLength(content.text ?? '') + attached
}

/**
 * An empty text means none, not even one made from the html; a subject may be empty. JavaScript's
 * spellings `replyTo` and `scheduledAt` are read too: ignored, an email would leave before its time.
 */
function withoutAbsent(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const { replyTo, reply_to, ...fields } = body as Record<string, unknown>
  const replies = isAbsent(reply_to) ? replyTo : reply_to
  return presentFields({ ...fields, reply_to: replies, scheduled_at: scheduledAtIn(body) }, meant)
}

const meant = ['subject', 'text']

function faultOf(issue: z.core.$ZodIssue): Fault {
  const field = issue.path.map(String).join('.') || 'body'
  const missing = issue.message === required
  const kind = missing
    ? 'missing'
    : field === 'from'
      ? 'from'
      : field.startsWith('attachments')
        ? 'attachment'
        : 'invalid'
  return { field, rule: issue.message, kind }
}
