import * as z from 'zod'
import { countedEvents } from '../../mail/email/event.ts'
import { troubleKinds } from '../../mail/email/trouble-kind.ts'
import { engine, fault, pausedLane, queueDepth, quota, senderItem, state } from './own-shapes.ts'
import { id, time } from './shapes.ts'

export const signedIn = z.object({
  signed_in: z.boolean(),
  needed: z.boolean(),
  project: z.string().nullable().meta({
    description: 'The project that may be seen; `*`: all of them. Null for strangers.',
  }),
  session: z
    .string()
    .optional()
    .describe('After signing in: goes with the cookie, as the header X-Postern-Session'),
})

const trouble = z.object({
  engine,
  kind: z.enum(troubleKinds).meta({
    description:
      '`blocked`: paused until it is shown to work; `degraded`: takes nothing, what waits is tried by its own schedule; `unverified`; `off`.',
  }),
  reason: z.string().meta({ description: "In the server's words where it spoke." }),
  since: time.nullable().meta({ description: 'Since when it has taken nothing.' }),
})

const mailer = z.object({
  engine: z.array(engine),
  valid: z.boolean(),
  reason: z.string().optional(),
  trouble: z.array(trouble),
  quota: quota.extend({ engine, at: time }).optional().meta({
    description: 'Of the account of an engine that has one, when it was last asked.',
  }),
})

export const health = z.object({
  status: z.enum(['ok', 'degraded']),
  mailer: mailer.partial({ engine: true, trouble: true }),
  queue: queueDepth.optional(),
  paused: z.array(pausedLane).optional().meta({ description: 'What a person has paused.' }),
  senders: z.array(senderItem).optional().meta({
    description: 'Senders that are warned of, or whose bulk email is held back.',
  }),
  webhooks: z
    .array(z.object({ id, project: z.string(), endpoint: z.string(), reason: z.string() }))
    .optional()
    .meta({ description: 'Webhooks that Postern disabled, because they failed.' }),
  settings: z.object({ version: z.string(), faults: z.array(fault) }).optional(),
  storage: z.string().optional().meta({ description: 'Why no email can be kept, if so.' }),
  templates: z
    .array(z.string())
    .optional()
    .meta({ description: 'What is wrong with the files of templates, with file and line.' }),
  mailbox: z
    .string()
    .optional()
    .meta({ description: 'Why returned email cannot be read from its mailbox, if so.' }),
  refused_feedback: z.number().optional().meta({
    description:
      'How much feedback nothing came of since this machine started: forged, damaged, too old, or kept for a person.',
  }),
  postern: z.string().optional().meta({ description: 'The version of Postern.' }),
})

const finding = z.object({
  code: z.string(),
  level: z.enum(['wrong', 'risk']),
  problem: z.string(),
  cure: z.string(),
})

const settled = z.partialRecord(state, z.int())

const told = z.partialRecord(z.enum(countedEvents), z.int()).meta({
  description: 'Of how many recipients something was told in that hour, whenever it happened.',
})

export const stats = z.object({
  hours: z.array(z.object({ at: time, settled, told })),
  totals: settled,
  told,
})

export const projectItem = z.object({
  name: z.string(),
  settings: z.record(z.string(), z.unknown()).meta({
    description: 'What it has of its own; null is as for all.',
  }),
  counts: z
    .object({ queue: queueDepth, settled })
    .optional()
    .meta({ description: 'What waits, and what settled in the last 24 hours.' }),
})

export const examined = z.object({
  findings: z.array(finding),
  domain: z.string().nullable(),
  bounce_domain: z.string().nullable(),
  dkim_selector: z.string().nullable(),
  dkim_domain: z.string().nullable(),
  dkim_key: z
    .string()
    .nullable()
    .meta({ description: 'The public key that signs, where it can be read.' }),
  now: time,
})
