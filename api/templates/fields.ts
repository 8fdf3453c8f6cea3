import * as z from 'zod'
import { parseMailbox } from '../../mail/email/address.ts'
import { checkContent, rule } from '../../mail/email/checks.ts'
import { aliasPattern, idIn, mostOfName } from '../../mail/template/names.ts'

/* Fields of templates that have the same rules in every dialect. */

/** Largest body of a template, in bytes: what a function on AWS can be given, and some room. */
export const mostTemplateBytes = 4_000_000

export const templateName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(mostOfName, `at most ${mostOfName} characters`)

export const alias = z
  .string()
  .regex(aliasPattern, 'must be letters, digits, ".", "_" and "-", at most 100')
  .refine((text) => idIn(text) === undefined, 'must not look like an id')

/** A text of a template, of any length that is allowed. */
export const writtenText = z.string().superRefine(rule(checkContent))

/** A mailbox, as it is written. */
export const mailboxText = z.string().superRefine(
  rule((text) => {
    const read = parseMailbox(text)
    return 'fault' in read ? read.fault : undefined
  }),
)

export const replyTo = z.union([mailboxText, z.array(mailboxText).max(50, 'at most 50')])

/** The rule of an alias that another template has. */
export const aliasTaken = 'another template has it'
