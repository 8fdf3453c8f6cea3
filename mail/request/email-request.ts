import * as z from 'zod'
import { type Mailbox, parseMailbox, parseName } from '../email/address.ts'
import {
  onAmbiguousChoices,
  type Content,
  type OnAmbiguous,
  type Sender,
  type Tag,
} from '../email/email.ts'
import { checkHeader, checkText } from '../email/headers.ts'
import { readAttachments } from './attachments.ts'
import type { Fault } from './fault.ts'
import { readIsoTime } from './schedule-time.ts'

/** An email as a caller asks for it: every part checked, nothing decided yet. */
export interface EmailRequest {
  readonly from: Sender
  /** Who else wrote it: more mailboxes in From (RFC 5322 section 3.6.2). */
  readonly coAuthors?: readonly Mailbox[]
  /** As Sender names it. */
  readonly sender?: Mailbox
  /** MAIL FROM where that is not From; empty for no bounces at all (RFC 5321 section 4.5.5). */
  readonly envelopeFrom?: string
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly bcc: readonly Mailbox[]
  readonly replyTo: readonly Mailbox[]
  readonly subject: string
  readonly tags: readonly Tag[]
  readonly content: Content
  /** Milliseconds since the epoch. */
  readonly scheduledAt?: number
  readonly onAmbiguous?: OnAmbiguous
  readonly group?: string
  /** The Message-ID that the caller chose; Postern makes one otherwise. */
  readonly messageId?: string
  /** What was left out or read in another way than it was written: told in the timeline. */
  readonly notes?: readonly string[]
}

/** SES takes 50 recipients an email, To, Cc and Bcc together; so does Postern, on every engine. */
export const mostRecipients = 50

/** SES and Resend both take 40 MB after base64. */
export const mostContentBytes = 40_000_000

/** The largest attachment that fits, in bytes: base64 makes four of three. */
export const mostAttachmentBytes = (mostContentBytes / 4) * 3

/**
 * Reads the body of `POST /emails`, in Resend's spelling. Unknown fields are ignored, as its
 * SDKs rely on; `null` means absent.
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
  const parsed = emailBody.safeParse(withoutNulls(body))
  if (!parsed.success) return { faults: parsed.error.issues.map(faultOf) }
  const { from, reply_to, html, text, headers, attachments, scheduled_at, ...rest } = parsed.data
  const content: Content = {
    kind: 'structured',
    ...(html !== undefined && { html }),
    ...(text !== undefined && { text }),
    headers,
    attachments,
  }
  const scheduled = scheduled_at === undefined ? undefined : readTime(scheduled_at, now)
  const request = {
    ...rest,
    from: from ?? {},
    replyTo: reply_to,
    content,
    ...(scheduled && 'time' in scheduled && { scheduledAt: scheduled.time }),
  }
  const faults = faultsOfTheWhole(request)
  if (scheduled && 'fault' in scheduled)
    faults.push({ field: 'scheduled_at', rule: scheduled.fault, kind: 'invalid' })
  return faults.length > 0 ? { faults } : { request }
}

const mailbox = z.string().transform((text, context): Mailbox => {
  const parsed = parseMailbox(text, 'local')
  if ('mailbox' in parsed) return parsed.mailbox
  context.addIssue(parsed.fault)
  return z.NEVER
})

/** One mailbox or a list; capped before any address is parsed. */
const mailboxes = z
  .unknown()
  .transform((value) => (typeof value === 'string' ? [value] : value))
  .pipe(z.array(z.string()).max(mostRecipients, `at most ${mostRecipients} addresses`))
  .pipe(z.array(mailbox))
  .meta({
    description: `\`a@example.com\` or \`Name <a@example.com>\`; one, or up to ${mostRecipients}.`,
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  })

const tagText = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, {
  message: '1 to 256 ASCII letters, digits, "_" or "-"',
})

const tag = z.object({ name: tagText, value: tagText })

/** Read by hand, because it comes in so many forms. */
const attachment = z.unknown().meta({
  type: 'object',
  properties: {
    filename: { type: 'string' },
    content: {
      description: 'Base64, a Node Buffer as JSON, or a list of byte values.',
      anyOf: [
        { type: 'string' },
        { type: 'object' },
        { type: 'array', items: { type: 'integer' } },
      ],
    },
    path: { type: 'string', description: 'Instead of content: an https URL, if that is enabled.' },
    upload: { type: 'string', description: 'Instead of content: the id of an upload.' },
    content_type: { type: 'string', description: 'Derived from the filename unless given.' },
    content_id: { type: 'string', description: 'Makes it inline, for `cid:` in the html.' },
  },
})

/** The body of `POST /emails`. Made once: building it takes ten times as long as using it. */
export const emailBody = z.object(
  {
    from: z.string().transform(sender).optional(),
    to: mailboxes.refine((list) => list.length > 0, {
      message: 'at least one recipient is needed',
    }),
    cc: mailboxes.default([]),
    bcc: mailboxes.default([]),
    reply_to: mailboxes.default([]),
    // A trailing blank can be folded into a line of its own, which ends the header for some servers.
    subject: z.string().trim().max(998).superRefine(singleLine),
    html: z.string().superRefine(wellFormed).optional(),
    text: z.string().superRefine(wellFormed).optional(),
    headers: z.record(z.string(), z.string()).superRefine(headerFields).default({}),
    tags: z.array(tag).max(50).default([]),
    attachments: z.array(attachment).max(100).transform(readAttachments).default([]),
    scheduled_at: z
      .string()
      .optional()
      .meta({ description: 'At most 30 days ahead.', examples: ['2026-01-31T09:00:00Z'] }),
    onAmbiguous: z.enum(onAmbiguousChoices).optional(),
  },
  'the body must be a JSON object',
)

/** `Name <>` keeps the name and asks for the default address. */
function sender(text: string, context: z.RefinementCtx): Sender {
  const nameOnly = /^([^<>]*)<\s*>$/.exec(text)
  if (nameOnly) {
    const parsed = parseName(nameOnly[1]!)
    if (!('fault' in parsed)) return parsed
    context.addIssue(parsed.fault)
    return z.NEVER
  }
  const parsed = parseMailbox(text, 'local')
  if ('mailbox' in parsed) return parsed.mailbox
  context.addIssue(parsed.fault)
  return z.NEVER
}

function singleLine(text: string, context: z.RefinementCtx) {
  const fault = checkText(text)
  if (fault) context.addIssue(fault)
}

function wellFormed(text: string, context: z.RefinementCtx) {
  if (text.includes('\0')) context.addIssue('NUL is not allowed')
  if (!text.isWellFormed()) context.addIssue('half a surrogate pair is not text')
}

function headerFields(fields: Record<string, string>, context: z.RefinementCtx) {
  const names = Object.keys(fields)
  if (names.length > 50) context.addIssue('at most 50 headers')
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length)
    context.addIssue('a header is named twice')
  for (const name of names) {
    const fault = checkHeader(name, fields[name]!)
    if (fault) context.addIssue({ code: 'custom', path: [name.slice(0, 100)], message: fault })
  }
}

function faultsOfTheWhole(request: EmailRequest): Fault[] {
  const faults: Fault[] = []
  const recipients = request.to.length + request.cc.length + request.bcc.length
  if (recipients > mostRecipients)
    faults.push({
      field: 'to',
      rule: `at most ${mostRecipients} recipients in to, cc and bcc together; there are ${recipients}`,
      kind: 'invalid',
    })
  const { content } = request
  if (content.kind === 'structured' && content.html === undefined && content.text === undefined)
    faults.push({ field: 'html', rule: 'html or text is needed', kind: 'missing' })
  if (contentBytes(content) > mostContentBytes)
    faults.push({ field: 'attachments', rule: 'more than 40 MB after base64', kind: 'tooLarge' })
  return faults
}

/** The size of a content as it counts against the limits, in bytes. */
export function contentBytes(content: Content): number {
  if (content.kind === 'raw') return content.mime.length
  const attached = content.attachments.reduce((sum, file) => sum + file.content.length, 0)
  return Buffer.byteLength(content.html ?? '') + Buffer.byteLength(content.text ?? '') + attached
}

function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
}

function faultOf(issue: z.core.$ZodIssue): Fault {
  const field = issue.path.map(String).join('.') || 'body'
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  const kind = missing
    ? 'missing'
    : field === 'from'
      ? 'from'
      : field.startsWith('attachments')
        ? 'attachment'
        : 'invalid'
  return { field, rule: missing ? 'is required' : issue.message, kind }
}
