import * as z from 'zod'
import { erasable } from '../../mail/email/erasable.ts'
import { erasureWish } from '../v1/erasure-wish.ts'
import type { Operation } from './operation.ts'

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

/** A person's address, taken out of all that is kept. */
export const erasureOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/erasures',
    summary: 'Erase a person by address, or only count what there is',
    needs: 'full_access',
    body: erasureWish,
    example: { address: 'bob@example.com', dry_run: true },
    answer: { status: 200, body: erasureItem },
    refusals: { 409: 'Emails to the address wait to be sent.' },
  },
]
