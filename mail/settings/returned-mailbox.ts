import * as z from 'zod'
import { host, line } from './fields.ts'
import { serverTrust } from './server-trust.ts'

/** The mailbox that returned email lands in where a relay puts its own account in place of ours. */
export const returnedMailbox = z
  .strictObject({
    host: host
      .default('')
      .describe(
        'The IMAP server of the mailbox that email comes back to where a relay replaces the envelope sender; empty: none is read. On one machine only.',
      ),
    port: z.number().int().min(1).max(65_535).default(993).describe('Its port.'),
    security: z
      .enum(['tls', 'starttls', 'none'])
      .default('tls')
      .describe('TLS from the first byte; STARTTLS required; or never encrypted.'),
    username: line
      .max(320)
      .nullable()
      .default(null)
      .describe('The user name to log in with; `null`: as `smtp.username`.'),
    auth: z
      .enum(['password', 'oauth2'])
      .default('password')
      .describe(
        'Log in with the secret `feedback.imap.password`, or with access tokens that are come by as `smtp.oauth2` says.',
      ),
    scope: line
      .min(1)
      .max(1_000)
      .nullable()
      .default(null)
      .describe('What the access tokens are for; `null`: as `smtp.oauth2.scope` says.'),
    folder: line.min(1).max(200).default('INBOX').describe('The folder that is read.'),
    moveTo: line
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe(
        'The folder that understood reports are moved to, made if it is not there; `null`: they are marked as read and stay.',
      ),
    ...serverTrust,
  })
  .prefault({})
