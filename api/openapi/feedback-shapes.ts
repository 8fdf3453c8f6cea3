import * as z from 'zod'
import { id, time } from './shapes.ts'

/** What came of a returned email: signals about an email of ours, or it was kept for a person. */
export const returnedTaken = z.object({
  kind: z.enum(['reported', 'kept']),
  email_id: id.nullable(),
  signals: z.int(),
  id: id.nullable().meta({ description: 'Of the email that was kept.' }),
  reason: z.string().nullable(),
})

export const strayItem = z.object({
  id,
  created_at: time,
  reason: z.string().meta({ description: 'Why nothing came of it.' }),
  email_id: id.nullable().meta({ description: 'The email it is about, where that is proven.' }),
  from: z.string(),
  subject: z.string(),
  size: z.int(),
})
