import * as z from 'zod'
import { engineNames } from '../../mail/email/engine-name.ts'
import { onAmbiguousChoices, timelineWords } from '../../mail/email/email.ts'
import { outcomeKinds, refusalKinds } from '../../mail/email/outcome.ts'
import { emailStates, recipientStates } from '../../mail/email/states.ts'
import { id, time } from './shapes.ts'

/* What the answers below `/v1` are made of. */

export const state = z
  .enum(emailStates)
  .meta({ description: 'docs/states.md draws how one leads to another.' })

export const engine = z.enum(engineNames)

export const emailSummary = z.object({
  id,
  state,
  created_at: time,
  owner: z.string().meta({ description: 'The id of the key; `local` where none was needed.' }),
  message_id: z.string(),
  from: z.object({ address: z.string().optional(), name: z.string().optional() }),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  bcc: z.array(z.string()),
  reply_to: z.array(z.string()),
  subject: z.string(),
  tags: z.array(z.object({ name: z.string(), value: z.string() })),
  size: z.int().meta({ description: 'Bytes of content.' }),
  capture: z.boolean().meta({ description: 'Captured even if the engine sends.' }),
  on_ambiguous: z.enum(onAmbiguousChoices),
  engine: engine.nullable().meta({ description: 'The engine that a person chose.' }),
  scheduled: z.boolean(),
  due_at: time,
  attempts: z.int(),
  next_attempt_at: time.nullable(),
  last_reason: z.string().nullable(),
  settled_at: time.nullable(),
  last_engine: z.string().nullable().meta({ description: 'The last engine that was tried.' }),
  remote_id: z.string().nullable().meta({ description: 'The id that engine gave it.' }),
})

const refused = z.object({
  address: z.string(),
  kind: z.enum(refusalKinds),
  reason: z.string(),
})

const timelineEntry = z.object({
  at: time,
  what: z.enum(timelineWords),
  engine: z.string().optional(),
  outcome: z.enum(outcomeKinds).optional(),
  reason: z.string().optional(),
  remote_id: z.string().optional(),
  refused: z.array(refused).optional(),
})

export const emailDetail = emailSummary.extend({
  recipients: z.array(
    z.object({
      address: z.string(),
      state: z.enum(recipientStates),
      reason: z.string().nullable(),
    }),
  ),
  timeline: z.array(timelineEntry),
})

export const captureSummary = z.object({
  id,
  email_id: id,
  created_at: time,
  from: z.string(),
  to: z.array(z.string()).meta({ description: 'The envelope: who would have got it.' }),
  subject: z.string(),
  size: z.int(),
  seen: z.boolean(),
})

const headerMailboxes = z.array(z.object({ address: z.string(), name: z.string() }))

export const captureDetail = captureSummary.extend({
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
  malformed: z.string().nullable(),
})

export const queueDepth = z.object({
  depth: z.int().meta({ description: 'Waiting for an attempt.' }),
  sending: z.int(),
  scheduled: z.int(),
  held: z.int(),
  deadLetters: z.int(),
  oldestAgeSeconds: z.number(),
})

export const deadLetter = z.object({
  id: z.string(),
  email_id: id,
  reason: z.string(),
  created_at: time,
})

const engineVerdict = z.object({
  valid: z.boolean(),
  reason: z.string().optional(),
  warnings: z.array(z.string()).optional(),
})

export const verdict = z.object({
  current: z.boolean().meta({ description: 'For exactly the settings in force.' }),
  at: time,
  engines: z.record(z.string(), engineVerdict),
})

export const settingsDocument = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As `GET /v1/settings/schema` describes it.' })

export const fault = z.object({ path: z.string(), rule: z.string() })

export const settingsView = z.object({
  settings: settingsDocument,
  saved: settingsDocument,
  version: z.string(),
  saved_at: time.nullable(),
  since: time,
  defaults: settingsDocument,
  locks: settingsDocument,
  secrets: z
    .record(z.string(), z.int())
    .meta({ description: 'Their versions, never their values.' }),
  faults: z.array(fault),
  verdict: verdict.nullable(),
})
