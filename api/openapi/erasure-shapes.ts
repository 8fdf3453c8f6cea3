import * as z from 'zod'
import { erasable } from '../../mail/email/erasable.ts'

const counts = z.object(
  Object.fromEntries(erasable.map((kind) => [kind, z.int()])) as Record<
    (typeof erasable)[number],
    z.ZodInt
  >,
)

export const erasureItem = z.object({
  done: z.boolean(),
  after: z
    .string()
    .nullable()
    .meta({ description: 'While not done: to be sent with the next request.' }),
  found: counts.meta({ description: 'What named the address, in this call.' }),
  left: counts.meta({ description: 'What names it and stays.' }),
  waiting: z.int().meta({ description: 'Of these: emails to or from it that wait.' }),
  canceled: z.int(),
})
