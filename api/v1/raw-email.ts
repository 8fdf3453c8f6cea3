import { Hono } from 'hono'
import { acceptRaw } from '../../mail/accept/accept-raw.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { mostContentBytes } from '../../mail/request/email-request.ts'
import { addressesIn, type AskedEnvelope } from '../../mail/request/raw-envelope.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readBodyBytes } from '../http/body-bytes.ts'
import { invalid, Refusal } from '../http/errors.ts'
import { readIdempotencyKey } from '../http/idempotency-key.ts'
import { notAccepted } from './refusals.ts'

/**
 * `POST /v1/emails/raw`: takes a whole MIME email, as SMTP submission does. Who gets it and where
 * bounces go stands in headers of the request, not in its address: that ends up in logs.
 */
export function v1RawEmail(postern: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const send = needs('sending_access', authenticate)
  return new Hono<ApiEnv>().post('/emails/raw', send, async (c) => {
    const idempotencyKey = readIdempotencyKey(c)
    const envelope = readEnvelope(c.req.raw.headers)
    const mime = await readBodyBytes(c.req.raw, mostContentBytes)
    if (mime.length === 0) throw noEmail
    const answer = await acceptRaw(postern, { mime, envelope, idempotencyKey }, c.var.caller)
    if (answer.kind !== 'accepted') throw notAccepted(answer)
    return c.json({ id: answer.id })
  })
}

/** Everybody who gets the email; those of its header unless given. */
export const recipientsHeader = 'X-Postern-Rcpt-To'

/** Where bounces go; `<>` for nowhere. */
export const senderHeader = 'X-Postern-Mail-From'

const noEmail = new Refusal(400, 'validation_error', 'The body must be an email (message/rfc822).')

function readEnvelope(headers: Headers): AskedEnvelope {
  const to = addressesOf(headers, recipientsHeader)
  const from =
    headers.get(senderHeader)?.trim() === '<>' ? [''] : addressesOf(headers, senderHeader)
  if (to?.length === 0) throw wrong(recipientsHeader, 'an address is needed')
  if (from && from.length !== 1) throw wrong(senderHeader, 'one address is needed, or <> for none')
  return { ...(to && { to }), ...(from && { from: from[0]! }) }
}

/** The addresses of a header of the request, as those of an email's are read. */
function addressesOf(headers: Headers, name: string): readonly string[] | undefined {
  const value = headers.get(name)
  if (value === null) return undefined
  const field = name.toLowerCase()
  const read = addressesIn([{ name: field, line: `${field}:${value}` }], field)
  if ('addresses' in read) return read.addresses
  throw wrong(name, read.faults[0]!.rule)
}

function wrong(path: string, rule: string): Refusal {
  return invalid([{ path, rule }])
}
