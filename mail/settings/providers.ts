import * as z from 'zod'
import { domainName } from './fields.ts'

/** The name of a configuration set or a tenant. */
export const sesName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

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
      configurationSet: sesName
        .nullable()
        .default(null)
        .describe('The SES configuration set to send with.'),
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'an AWS Region such as eu-west-1')
        .nullable()
        .default(null)
        .describe('The AWS Region whose SES sends; `null`: the one that Postern runs in.'),
      identityArn: z
        .string()
        .regex(/^arn:[a-z-]+:ses:[a-z0-9-]+:\d{12}:identity\/\S+$/, 'the ARN of an SES identity')
        .nullable()
        .default(null)
        .describe(
          'An identity of another account that lets this one send from it; `null`: the one of the sender.',
        ),
      tenant: sesName
        .nullable()
        .default(null)
        .describe('The SES tenant that the email counts for; `null`: none.'),
    })
    .prefault({}),
}
