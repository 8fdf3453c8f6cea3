import * as z from 'zod'
import { comparisonKey } from '../../mail/email/address.ts'
import { mostRecipients } from '../../mail/request/email-request.ts'
import {
  attachments,
  content,
  customArgs,
  headers,
  mailbox,
  sendAt,
  subject,
  substitutions,
} from './fields.ts'
import { asm, mailSettings, sections, trackingSettings } from './switches.ts'

/** Most personalizations in a request, and most recipients in all of them; SendGrid's limits. */
const mostPersonalizations = 1_000
export const mostRecipientsInAll = 1_000

const mailboxes = z.array(mailbox).max(mostRecipientsInAll, `at most ${mostRecipientsInAll}`)

const personalization = z
  .object({
    to: mailboxes.min(1, 'at least one recipient is needed'),
    cc: mailboxes.optional(),
    bcc: mailboxes.optional(),
    from: mailbox.optional(),
    subject: subject.optional(),
    headers: headers.optional(),
    substitutions: substitutions.optional(),
    dynamic_template_data: z.record(z.string(), z.unknown()).optional(),
    custom_args: customArgs.optional(),
    send_at: sendAt.optional(),
  })
  .superRefine(({ to, cc = [], bcc = [] }, context) => {
    const all = [...to, ...cc, ...bcc]
    if (all.length > mostRecipients)
      context.addIssue({
        code: 'custom',
        path: ['to'],
        message: `at most ${mostRecipients} recipients in to, cc and bcc together; there are ${all.length}`,
      })
    if (new Set(all.map(({ address }) => comparisonKey(address))).size < all.length)
      context.addIssue({
        code: 'custom',
        path: ['to'],
        message: 'each address may stand only once in to, cc and bcc',
      })
  })

const category = z.string().regex(/^[\x20-\x7e]{1,255}$/, '1 to 255 ASCII characters')

const contents = z.array(content).min(1, 'at least one is needed').max(10, 'at most 10')

/** The body of `POST /v3/mail/send`: every rule that is about one field. */
export const sendBody = z.object({
  personalizations: z
    .array(personalization)
    .min(1, 'at least one is needed')
    .max(mostPersonalizations, `at most ${mostPersonalizations}`),
  from: mailbox.optional(),
  reply_to: mailbox.optional(),
  reply_to_list: z.array(mailbox).min(1, 'must not be empty').max(50, 'at most 50').optional(),
  subject: subject.optional(),
  content: contents,
  attachments: attachments.optional(),
  headers: headers.optional(),
  categories: z
    .array(category)
    .max(10, 'at most 10')
    .refine((list) => new Set(list).size === list.length, { message: 'each only once' })
    .optional(),
  custom_args: customArgs.optional(),
  send_at: sendAt.optional(),
  batch_id: z.string().optional(),
  ip_pool_name: z
    .string()
    .min(2, 'at least 2 characters')
    .max(64, 'at most 64 characters')
    .optional(),
  mail_settings: mailSettings.optional(),
  tracking_settings: trackingSettings.optional(),
  asm: asm.optional(),
  sections: sections.optional(),
})

export type SendBody = z.output<typeof sendBody>

/** The same with a template, which brings the content. */
export const templatedBody = sendBody.extend({
  template_id: z
    .string('text is needed')
    .max(200, 'at most 200 characters')
    .meta({ description: 'An id, or an alias; `d-` may stand before that.' }),
  content: contents.default([]),
})

export type TemplatedBody = z.output<typeof templatedBody>
