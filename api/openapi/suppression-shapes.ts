import * as z from 'zod'
import { suppressionReasons } from '../../mail/email/suppression.ts'
import { id, time } from './shapes.ts'

/* What the answers of `/v1/suppressions` are made of. */

const reason = z.enum(suppressionReasons)
const by = z.string().meta({ description: 'The id of a key, or what told of it.' })
const emailId = z.string().nullable().meta({ description: 'The email that it is about.' })

export const suppressionSummary = z.object({
  id,
  project: z.string().meta({ description: '`*`: suppressed in all projects.' }),
  address: z.string(),
  list: z.string().nullable().meta({ description: 'Only for emails to this list.' }),
  created_at: time,
  causes: z.array(
    z.object({
      reason,
      created_at: time,
      by,
      email_id: emailId,
      status: z.string().nullable(),
      text: z.string().nullable(),
    }),
  ),
})

export const suppressionDetail = suppressionSummary.extend({
  history: z.array(
    z.object({ at: time, what: z.enum(['added', 'removed']), reason, by, email_id: emailId }),
  ),
})

export const imported = z.object({
  added: z.int(),
  known: z.int().meta({ description: 'Suppressed for the same reason already.' }),
  refused: z.int(),
  faults: z.array(z.object({ line: z.int(), rule: z.string() })),
})
