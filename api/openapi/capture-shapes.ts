import * as z from 'zod'
import { severities } from '../../mail/check/finding.ts'
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
  tags: z.array(z.string()),
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

const place = z.object({ line: z.int(), column: z.int() })

const names = z.array(z.string())

export const contentFinding = z.object({
  rule: z.string().meta({ description: 'Such as `html.alt` or `support.css-gap`.' }),
  severity: z.enum(severities),
  text: z.string(),
  line: z.int().nullable().meta({ description: 'In the html; null: of the email as a whole.' }),
  column: z.int().nullable(),
  also: z.array(place).meta({ description: 'Where else, at most 49.' }),
  count: z.int(),
  clients: names.meta({ description: 'Whose readers notice; empty: all.' }),
})

/** What is wrong with a captured email. */
export const captureChecks = z.object({
  id,
  findings: z.array(contentFinding),
  support: z.object({
    source: z.string(),
    nodes: z.int(),
    features: z.array(
      z.object({
        slug: z.string(),
        title: z.string(),
        url: z.string(),
        count: z.int(),
        supported: names,
        partial: names,
        unsupported: names,
      }),
    ),
  }),
  links: z
    .array(z.object({ url: z.string(), status: z.int().nullable(), reason: z.string().nullable() }))
    .nullable()
    .meta({ description: 'With `links=1`.' }),
  spam: z
    .object({
      is_spam: z.boolean(),
      score: z.number(),
      threshold: z.number().meta({ description: 'Points from which on an email is spam.' }),
      rules: z.array(z.object({ name: z.string(), score: z.number(), description: z.string() })),
    })
    .nullable()
    .meta({ description: 'What SpamAssassin says, where it can be asked.' }),
})

const counted = z.int().nullable().meta({ description: 'With `count`; on AWS up to 16,000.' })

export const captureList = ownList(captureSummary).extend({ total: counted, unread: counted })
