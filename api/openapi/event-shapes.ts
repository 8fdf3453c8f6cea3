import * as z from 'zod'
import { eventTypes } from '../../mail/email/event.ts'
import { bounceKinds, signalSources } from '../../mail/email/signal.ts'
import { suppressionReasons } from '../../mail/email/suppression.ts'
import { id, ownList, time } from './shapes.ts'

export const eventType = z.enum(eventTypes)

const visit = z.object({
  link: z.string().optional(),
  userAgent: z.string().optional(),
  ip: z.string().optional(),
  automated: z.boolean().optional().meta({ description: 'Known to be a program, or not to be.' }),
})

const suppression = z.object({
  id,
  reason: z.enum(suppressionReasons),
  list: z.string().optional(),
  by: z.string().meta({ description: 'The key that asked for it, or what told of it.' }),
})

export const eventItem = z.object({
  id,
  type: eventType,
  created_at: time.meta({ description: 'When it happened, as its source says.' }),
  recorded_at: time.meta({ description: 'When Postern learned of it.' }),
  project: z.string().meta({ description: '`*`: of none, or of all.' }),
  source: z.enum([...signalSources, 'postern']),
  email_id: id.nullable(),
  recipient: z.string().nullable().meta({ description: 'Null: of the whole email, or of none.' }),
  tags: z.record(z.string(), z.string()).meta({ description: 'Of the email.' }),
  bounce: z.enum(bounceKinds).nullable(),
  status: z.string().nullable().meta({ description: 'Enhanced status code (RFC 3463).' }),
  word: z.string().nullable().meta({ description: "The source's own word for it." }),
  text: z.string().nullable().meta({ description: "The server's words." }),
  visit: visit.nullable(),
  suppression: suppression.nullable(),
  engine: z.string().nullable(),
  domain: z.object({ id, name: z.string() }).nullable(),
  webhook: z.object({ id, host: z.string() }).nullable(),
})

export const eventPage = ownList(eventItem).extend({
  cursor: z.string().nullable().meta({
    description: 'As `after` it goes on behind this page. Null while there was nothing at all.',
  }),
})

export const emailEvents = z.object({ data: z.array(eventItem) })
