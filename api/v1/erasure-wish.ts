import * as z from 'zod'
import { parseAddress } from '../../mail/email/address.ts'
import { reader } from '../../mail/email/checks.ts'

const mailbox = z
  .string()
  .transform(reader((text) => parseAddress(text.trim(), 'local')))
  .transform(({ address }) => address)

/** Who is to be erased, and how far. */
export const erasureWish = z.object({
  address: mailbox,
  dry_run: z.boolean().default(false).meta({ description: 'Only finds and counts.' }),
  cancel: z.boolean().default(false).meta({
    description: 'Cancels emails to or from it that wait; without it, emails to it refuse.',
  }),
  suppressions: z.boolean().default(false).meta({
    description: 'Takes it from the suppression list too: it gets email again.',
  }),
  after: z.string().max(2_000).optional().meta({ description: 'Goes on from an answer.' }),
})
