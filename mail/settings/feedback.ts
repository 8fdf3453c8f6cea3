import * as z from 'zod'
import { domainName, line } from './fields.ts'
import { returnedMailbox } from './returned-mailbox.ts'

/** How Postern learns what became of an email that it handed over. */
export const feedback = z
  .strictObject({
    bounceDomain: domainName
      .nullable()
      .default(null)
      .describe(
        'The domain that email comes back to when smtp or sendmail sent it: each has a signed address there as envelope sender. `null`: the envelope sender stays, and nothing comes back here.',
      ),
    ownEnvelopeSenders: z
      .enum(['keep', 'replace'])
      .default('keep')
      .describe(
        'What becomes of an envelope sender of the application that is neither From nor Sender, such as one of a mailing list: bounces go there as before, or to `bounceDomain` as well.',
      ),
    events: z
      .enum(['notable', 'all'])
      .default('notable')
      .describe(
        'Which events are kept: those that are not of every email, or `email.sent`, `email.captured` and `email.discarded` as well. The record of an email tells of these in any case.',
      ),
    imap: returnedMailbox,
    sendgrid: z
      .strictObject({
        publicKey: line
          .regex(/^MFkw[A-Za-z0-9+/]{118,124}={0,2}$/, 'the verification key as SendGrid shows it')
          .nullable()
          .default(null)
          .describe(
            'The public key of SendGrid’s signed event webhook; `null`: its events are refused.',
          ),
      })
      .prefault({}),
  })
  .prefault({})
