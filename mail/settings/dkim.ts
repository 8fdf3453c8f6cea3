import * as z from 'zod'
import { domainName } from './fields.ts'

/** Whose signature what leaves by smtp or sendmail carries. */
export const dkim = z
  .strictObject({
    domain: domainName
      .nullable()
      .default(null)
      .describe('The domain that signs (DKIM) what leaves by smtp or sendmail; `null`: unsigned.'),
    selector: domainName
      .nullable()
      .default(null)
      .describe('Where its public key is in the DNS: <selector>._domainkey.<domain>.'),
  })
  .prefault({})
  .refine(({ domain, selector }) => (domain === null) === (selector === null), {
    path: ['selector'],
    message: 'domain and selector are set together',
  })
