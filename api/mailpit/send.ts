import { Hono } from 'hono'
import * as z from 'zod'
import { accept } from '../../mail/accept/accept.ts'
import { formatMailbox } from '../../mail/email/address.ts'
import { allProjects } from '../../mail/email/project.ts'
import { readEmailRequest } from '../../mail/request/email-request.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { lookUntil } from '../captured/look-until.ts'
import { mostEmailBodyBytes } from '../http/body.ts'
import { notAccepted } from '../v1/refusals.ts'
import { bad, readBody } from './body.ts'

/**
 * Mailpit's way to put a message into the inbox. It goes the way of every email, and is captured
 * whatever the engine: what a test puts in must reach no one.
 */
export function mailpitSend(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post('/api/v1/send', async (c) => {
    const message = await readBody(c.req.raw, messageFields, mostEmailBodyBytes)
    const body = emailOf(message)
    const caller = { ...c.var.caller, capture: true }
    const answer = await accept(postern, (now) => readEmailRequest(body, now), caller)
    if (answer.kind !== 'accepted') throw notAccepted(answer)
    await captured(postern, answer.id, c.req.raw.signal)
    return c.json({ ID: answer.id })
  })
}

const address = z.preprocess(
  (value) => (typeof value === 'string' ? { Email: value } : value),
  z.object({ Email: z.string(), Name: z.string().nullish() }),
)

const addresses = z.array(address).max(1_000).default([])

const text = z.string().default('')

const file = z.object({
  Content: z.string(),
  Filename: text,
  ContentType: z.string().optional(),
  ContentID: z.string().optional(),
})

const messageFields = {
  From: address,
  To: addresses,
  Cc: addresses,
  Bcc: addresses,
  ReplyTo: addresses,
  Subject: text,
  Text: text,
  HTML: text,
  Headers: z.record(z.string(), z.string()).default({}),
  Tags: z.array(z.string()).default([]),
  Attachments: z.array(file).default([]),
}

type Message = z.output<z.ZodObject<typeof messageFields>>

/** The same as the body of `POST /emails`. */
function emailOf({ From, To, Cc, Bcc, ReplyTo, Headers, Tags, ...message }: Message) {
  if (Object.keys(Headers).some((name) => name.toLowerCase() === 'x-tags') && Tags.length > 0)
    throw bad('Headers: cannot overwrite header: "X-Tags"')
  return {
    from: written(From),
    to: To.map(written),
    cc: Cc.map(written),
    bcc: Bcc.map(written),
    reply_to: ReplyTo.map(written),
    subject: message.Subject,
    text: message.Text,
    html: message.HTML,
    headers: { ...Headers, ...(Tags.length > 0 && { 'X-Tags': Tags.join(', ') }) },
    attachments: message.Attachments.map(attachmentOf),
  }
}

function written({ Email, Name }: z.output<typeof address>): string {
  return formatMailbox({ address: Email, ...(Name && { name: Name }) })
}

/** A browser's `readAsDataURL` puts the type in front: `data:image/png;base64,...`. */
function attachmentOf({ Content, Filename, ContentType, ContentID }: z.output<typeof file>) {
  return {
    content: Content.slice(Content.lastIndexOf(',') + 1),
    filename: Filename || 'attachment',
    ...(ContentType && { content_type: ContentType }),
    ...(ContentID && { content_id: ContentID }),
  }
}

/** How long the answer waits for the message to be in the inbox, in milliseconds. */
const longestWait = 10_000

/** A test reads the message as soon as it has the id. One that is not captured in time is later. */
async function captured(postern: Postern, id: string, gone: AbortSignal): Promise<void> {
  const look = () => postern.captures.get(id, allProjects)
  await lookUntil(postern, { waitMs: longestWait, gone }, look, (seen) => seen !== undefined)
}
