import type { Context } from 'hono'
import * as z from 'zod'
import { parseAddress } from '../../mail/email/address.ts'
import { notFound } from '../http/errors.ts'
import { faultOf } from './faults.ts'
import { refusalOfFaults } from './refusals.ts'

export const address = z.string().transform((text, context) => {
  const read = parseAddress(text.trim(), 'local')
  if ('address' in read) return read.address
  context.addIssue(read.fault)
  return z.NEVER
})

/** Most addresses in one request; SendGrid's own limit is not documented. */
const mostAddresses = 1_000

export function addressesWish<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(mostAddresses, `at most ${mostAddresses}`)
}

export const recipientsWish = z.object({ recipient_emails: addressesWish(address) })

/** The body as its schema wants it. @throws Refusal 400 that names every fault */
export function readWish<Wish>(schema: z.ZodType<Wish>, body: Record<string, unknown>): Wish {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw refusalOfFaults(parsed.error.issues.map(faultOf))
}

/** The address in the path. @throws Refusal 404 when it is none */
export function readAddress(c: Context): string {
  const read = parseAddress(c.req.param('email') ?? '', 'local')
  if ('address' in read) return read.address
  throw notFound('Address')
}
