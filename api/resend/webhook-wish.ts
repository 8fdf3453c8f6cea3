import * as z from 'zod'
import { eventTypes, type EventType } from '../../mail/email/event.ts'
import { webhookFormats, webhookStatuses } from '../../mail/email/webhook.ts'
import { secretFault } from '../../mail/notify/secrets.ts'

/** What Resend tells and Postern never does: taken, for clients that ask for all there is. */
const foreign = /^(contact|topic|inbox)\.[a-z.]+$|^email\.received$|^domain\.updated$/

const known: readonly string[] = eventTypes

const events = z
  .array(
    z
      .string()
      .refine(
        (name) => known.includes(name) || foreign.test(name),
        'there is no event of this name',
      ),
  )
  .min(1, 'at least one')
  .max(100, 'at most 100')
  .transform((names) => [...new Set(names.filter((name) => known.includes(name)))] as EventType[])
  .refine((names) => names.length > 0, 'Postern tells none of these')

const name = z.string().min(1).max(256)

const filters = {
  tags: z
    .record(name, name)
    .refine((tags) => Object.keys(tags).length <= 10, 'at most 10')
    .nullable()
    .optional()
    .meta({ description: 'Only of emails with all of these tags.' }),
  domains: z
    .array(z.string().min(1).max(253).toLowerCase())
    .max(100, 'at most 100')
    .nullable()
    .optional()
    .meta({ description: 'Only of emails from one of these domains.' }),
}

const endpoint = z.string().max(2_000, 'at most 2000 characters')

const signingSecret = z
  .string()
  .superRefine((text, context) => {
    const message = secretFault(text)
    if (message) context.addIssue({ code: 'custom', message })
  })
  .optional()
  .meta({ description: 'One of your own; made unless given.' })

/** Of an endpoint that is to be made; all but the first two are Postern's own. */
export const webhookWish = z
  .object({
    endpoint,
    events,
    format: z.enum(webhookFormats).default('standard'),
    ...filters,
    signing_secret: signingSecret,
  })
  .refine(({ format, signing_secret }) => format === 'standard' || !signing_secret, {
    path: ['signing_secret'],
    error: 'only the format `standard` takes one',
  })

/** What is to be changed of one; `null` takes a filter away. */
export const webhookChange = z.object({
  endpoint: endpoint.optional(),
  events: events.optional(),
  status: z.enum(webhookStatuses).optional(),
  ...filters,
})
