import { Hono, type Context } from 'hono'
import { acceptAll } from '../../mail/accept/accept-batch.ts'
import type { RefusedMember } from '../../mail/request/refused.ts'
import { readEmailRequest } from '../../mail/request/email-request.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { scheduledAtIn, timeReader } from '../../mail/request/schedule-time.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { bodyHash } from '../http/body-hash.ts'
import { mostEmailBodyBytes, readJsonArray } from '../http/body.ts'
import { Refusal } from '../http/errors.ts'
import { readIdempotencyKey } from '../http/idempotency-key.ts'
import { fillAll, readFilled } from '../templates/fill.ts'
import type { FindTemplate } from '../templates/find.ts'
import { originOf } from '../templates/origin.ts'
import { refusalOfBatch, refusalOfMember } from './refusals.ts'

/** Resend's `POST /emails/batch`: up to 100 emails, all of them or, where permitted, the good ones. */
export function resendBatch(
  postern: Postern,
  authenticate: Authenticate,
  find: FindTemplate,
): Hono<ApiEnv> {
  const send = needs('sending_access', authenticate)
  return new Hono<ApiEnv>().post('/emails/batch', send, async (c) => {
    const key = readIdempotencyKey(c)
    const permissive = isPermissive(c)
    const emails = await readJsonArray(c.req.raw, mostEmailBodyBytes)
    if (emails.length < 1 || emails.length > mostEmails) throw wrongNumber(emails.length)
    const idempotency =
      key === undefined ? undefined : { key, bodyHash: bodyHash({ permissive, emails }) }
    const readTime = await timeReader(emails.map(scheduledAtIn))
    const filled = await fillAll(emails, originOf(c, find))
    const read = (now: number) =>
      filled.map((email) => readFilled(email, readEmailRequest, now, readTime))
    const answer = await acceptAll(postern, read, c.var.caller, { idempotency, permissive })
    if (answer.kind !== 'accepted') throw refusalOfBatch(answer)
    const data = answer.ids.map((id) => ({ id }))
    // Where it is strict the SDKs want no `errors`, not even an empty one.
    return c.json(permissive ? { data, errors: answer.refused.map(errorOf) } : { data })
  })
}

/** Resend's limit. */
const mostEmails = 100

function isPermissive(c: Context): boolean {
  const mode = c.req.header('x-batch-validation') ?? 'strict'
  if (mode === 'strict' || mode === 'permissive') return mode === 'permissive'
  const rule = 'strict or permissive is needed'
  throw new Refusal(422, 'validation_error', `The \`x-batch-validation\` header: ${rule}.`)
}

function wrongNumber(count: number): Refusal {
  const rule = `1 to ${mostEmails} emails are allowed; there are ${count}`
  return new Refusal(422, 'validation_error', `The body: ${rule}.`)
}

function errorOf(member: RefusedMember): { index: number; message: string } {
  return { index: member.index, message: refusalOfMember(member).message }
}
