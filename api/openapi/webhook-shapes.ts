import * as z from 'zod'
import { eventTypes } from '../../mail/email/event.ts'
import { noticeStatuses, webhookFormats, webhookStatuses } from '../../mail/email/webhook.ts'
import { id, time } from './shapes.ts'

/* What the answers about webhooks are made of. */

export const webhookSummary = z.object({
  id,
  project: z.string(),
  created_at: time,
  endpoint: z.string(),
  events: z.array(z.enum(eventTypes)),
  format: z.enum(webhookFormats),
  tags: z.record(z.string(), z.string()).nullable(),
  domains: z.array(z.string()).nullable(),
  status: z.enum(webhookStatuses),
  disabled_reason: z.string().nullable().meta({ description: 'Why Postern disabled it.' }),
  failing: z
    .object({ since: time, reason: z.string(), paused_until: time })
    .nullable()
    .meta({ description: 'null while it takes what it is told.' }),
})

export const webhookEvent = z.object({
  id,
  type: z.enum(eventTypes),
  created_at: time,
  status: z.enum(noticeStatuses),
})

export const webhookAttempt = z.object({
  id,
  http_status_code: z.int().meta({ description: '0 without an answer.' }),
  response: z.string().meta({ description: 'The first kilobyte, or why there was no answer.' }),
  sent_at: time,
})
