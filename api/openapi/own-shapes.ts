import * as z from 'zod'
import { engineNames } from '../../mail/email/engine-name.ts'
import { onAmbiguousChoices, timelineWords } from '../../mail/email/email.ts'
import { outcomeKinds, refusalKinds } from '../../mail/email/outcome.ts'
import { emailStates, recipientStates } from '../../mail/email/states.ts'
import { streams } from '../../mail/email/stream.ts'
import { id, time } from './shapes.ts'

/* What the answers below `/v1` are made of. */

export const state = z
  .enum(emailStates)
  .meta({ description: 'docs/states.md draws how one leads to another.' })

export const engine = z.enum(engineNames)

export const stream = z.enum(streams)

/** A template as it was when an email was made from it. */
export const usedTemplate = z.object({ name: z.string(), version: z.string(), locale: z.string() })

export const emailSummary = z.object({
  id,
  state,
  created_at: time,
  owner: z.string().meta({ description: 'The id of the key; `local` where none was needed.' }),
  project: z.string(),
  stream,
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
  waits_for: z
    .string()
    .nullable()
    .meta({ description: 'Why it is not tried: a person has paused its lane.' }),
  settled_at: time.nullable(),
  template: usedTemplate.nullable().meta({ description: 'What its words were made from.' }),
  traceparent: z.string().nullable().meta({ description: 'Where it stands in a trace.' }),
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
  from: z.string().optional().meta({ description: 'Who stood in From, where another was chosen.' }),
  reason: z.string().optional(),
  address: z.string().optional().meta({ description: 'Whom it is about, where not all.' }),
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

export const testEmail = emailDetail.extend({ reason: z.string().nullable() })

/** Of the account at a provider. */
export const quota = z.object({
  used: z.int().meta({ description: 'Recipients of the last 24 hours.' }),
  most: z.int().nullable().meta({ description: 'Null: no limit.' }),
  isSandbox: z.boolean().meta({ description: 'It may send to verified addresses alone.' }),
})

export const queueDepth = z.object({
  depth: z.int().nullable().meta({
    description: 'Waiting for an attempt. Null where it is not counted by project: on AWS.',
  }),
  sending: z.int().nullable(),
  scheduled: z.int(),
  held: z.int(),
  deadLetters: z.int(),
  oldestAgeSeconds: z.number().nullable(),
})

/** A stream, or what of it goes to one domain. */
const lane = {
  stream,
  domain: z.string().nullable().meta({ description: '`null`: the whole stream.' }),
}

export const pausedLane = z.object({
  ...lane,
  by: z.string().nullable().meta({ description: 'Who paused it: the name of the API key.' }),
  at: time.nullable(),
  reason: z.string().nullable(),
})

const load = {
  waiting: z.int(),
  sending: z.int(),
  oldestAgeSeconds: z.number(),
  isPaused: z.boolean(),
}

export const senderItem = z.object({
  project: z.string(),
  domain: z.string().meta({ description: '`*`: all beyond the first 500 of an hour.' }),
  level: z.enum(['well', 'warned', 'held']).meta({
    description: '`held`: bulk email of this sender waits.',
  }),
  reason: z.string().meta({ description: 'Which rate made it so; empty while it is well.' }),
  since: time.nullable(),
  sent: z.int().meta({ description: 'Recipients within the window of `guardian.windowHours`.' }),
  bounced: z.int(),
  complained: z.int(),
  bounceRate: z.number().meta({ description: '0 to 1.' }),
  complaintRate: z.number(),
})

export const senderResumed = z.object({
  project: z.string(),
  domain: z.string(),
  resumed: z.boolean(),
})

export const queueView = queueDepth.extend({
  paused: z.array(pausedLane),
  senders: z.array(senderItem).meta({
    description: 'Those that are warned of, or whose bulk email is held back.',
  }),
  streams: z.array(
    z.object({
      stream,
      share: z.number().meta({ description: 'Of what may leave while both wait, 0 to 1.' }),
      shareInUse: z.number().nullable().meta({ description: 'Of what is being sent now.' }),
      ...load,
    }),
  ),
  lanes: z
    .array(z.object({ stream, domain: z.string(), ...load }))
    .meta({ description: 'The fullest first; `capture` is where captured emails wait.' }),
  isWhole: z.boolean().meta({
    description: 'Whether streams and lanes count all that waits.',
  }),
  newest: z.number().nullable().meta({
    description:
      'In AWS, where groups of a queue are not counted: they are of so many emails that were accepted last. `null`: of what waits.',
  }),
})

export const pausedLanes = z.object({ paused: z.array(pausedLane) })

export const deadLetter = z.object({
  id: z.string(),
  email_id: id,
  reason: z.string(),
  created_at: time,
})

export const fault = z.object({ path: z.string(), rule: z.string() })

export const redriven = z.object({
  id: z.string(),
  redriven: z.boolean(),
  email_id: id.nullable(),
  reason: z.string().nullable(),
})

/** A key in Resend's list, the last four our own. */
export const keyItem = z.object({
  id,
  name: z.string(),
  created_at: time,
  last_used_at: time.nullable(),
  permission: z.enum(['full_access', 'sending_access']),
  project: z.string().meta({ description: '`*`: all of them.' }),
  domain: z.string().nullable(),
  capture: z.boolean(),
  stream: stream.nullable().meta({ description: 'Of its emails that name none.' }),
})
