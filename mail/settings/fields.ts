import * as z from 'zod'
import { checkName, parseAddress } from '../email/address.ts'
import { readDomain, reader, rule } from '../email/checks.ts'
import { checkHeader, checkText } from '../email/headers.ts'

export const line = z.string().superRefine(rule(checkText))

export const displayName = z.string().superRefine(rule(checkName))

/** RFC 1123 host name or an IP address: nothing that could end a line of SMTP. */
export const host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9.:_-]*$/, 'a host name or an IP address')

/** Where a secret is sent: never in the clear. */
export const httpsUrl = z
  .string()
  .max(2_048)
  .regex(/^https:\/\/[^\s/?#@]+(\/\S*)?$/i, 'an https URL')
  .refine((url) => URL.canParse(url), 'an https URL')

export const domainName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'a name of the DNS in lower case',
  )

export const headers = z.record(z.string(), z.string()).superRefine((fields, context) => {
  for (const [name, value] of Object.entries(fields)) {
    const fault = checkHeader(name, value)
    if (fault) context.addIssue({ code: 'custom', path: [name], message: fault })
  }
})

/** In the spelling in which the domain of every From is compared with it. */
export const senderDomain = z
  .string()
  .transform(reader(readDomain))
  .transform(({ domain }) => domain)

/** An address, or a whole domain as `@example.com` or `@*.example.com`. */
export const recipientPattern = z
  .string()
  .transform(reader(readPattern))
  .transform(({ pattern }) => pattern)

function readPattern(text: string): { pattern: string } | { fault: string } {
  const [prefix] = /^@(\*\.)?/.exec(text) ?? []
  const read = prefix ? readDomain(text.slice(prefix.length)) : parseAddress(text)
  if ('fault' in read) return read
  return { pattern: 'domain' in read ? `${prefix}${read.domain}` : read.address }
}
