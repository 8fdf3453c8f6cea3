import * as z from 'zod'
import { ownList, id, time } from './shapes.ts'

export const captureSummary = z.object({
  id,
  email_id: id,
  project: z.string(),
  created_at: time,
  from: z.string(),
  to: z.array(z.string()).meta({ description: 'The envelope: who would have got it.' }),
  subject: z.string(),
  size: z.int(),
  seen: z.boolean(),
})

const headerMailboxes = z.array(z.object({ address: z.string(), name: z.string() }))

/** What is in a captured email, or in one that is attached to it and has no envelope. */
export const capturedEmail = z.object({
  subject: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  header_from: headerMailboxes,
  header_to: headerMailboxes,
  header_cc: headerMailboxes,
  header_reply_to: headerMailboxes,
  text: z.string().nullable(),
  html: z.string().nullable(),
  links: z.array(z.string()),
  codes: z.array(z.string()).meta({ description: 'What looks like a one-time code.' }),
  attachments: z.array(
    z.object({
      n: z.int(),
      filename: z.string(),
      content_type: z.string(),
      size: z.int(),
      content_id: z.string().nullable(),
    }),
  ),
  malformed: z.string().nullable().meta({ description: 'What is broken, and shown undecoded.' }),
})

export const captureDetail = captureSummary.extend(capturedEmail.shape)

const counted = z.int().nullable().meta({ description: 'With `count=1`; on AWS up to 16,000.' })

export const captureList = ownList(captureSummary).extend({ total: counted, unread: counted })
