import * as z from 'zod'
import { domainName } from './fields.ts'

/** What the engines that hand email to a provider's API need to know, by the name of the engine. */
export const providers = {
  sendgrid: z
    .strictObject({
      region: z
        .enum(['global', 'eu'])
        .default('global')
        .describe('Where the account of the key is: `eu` for one of an EU subuser.'),
      sandbox: z.boolean().default(false).describe('SendGrid checks the email and sends nothing.'),
    })
    .prefault({}),
  postmark: z
    .strictObject({
      messageStream: z
        .string()
        .regex(/^[a-z0-9][a-z0-9_-]{0,29}$/, 'the ID of a message stream')
        .nullable()
        .default(null)
        .describe('The message stream to send with; `null`: the transactional one of the server.'),
    })
    .prefault({}),
  mailgun: z
    .strictObject({
      domain: domainName
        .nullable()
        .default(null)
        .describe('The sending domain, as Mailgun lists it.'),
      region: z.enum(['us', 'eu']).default('us').describe('Where Mailgun keeps that domain.'),
    })
    .prefault({}),
  ses: z
    .strictObject({
      configurationSet: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/)
        .nullable()
        .default(null)
        .describe('The SES configuration set to send with.'),
    })
    .prefault({}),
}
