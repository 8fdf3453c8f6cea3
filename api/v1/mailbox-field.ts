import * as z from 'zod'
import { parseMailbox, type Mailbox } from '../../mail/email/address.ts'

/** A mailbox in a body. */
export const mailboxField = z.string().transform((text, context): Mailbox => {
  const parsed = parseMailbox(text)
  if ('mailbox' in parsed) return parsed.mailbox
  context.addIssue(parsed.fault)
  return z.NEVER
})
