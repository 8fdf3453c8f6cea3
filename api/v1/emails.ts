import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { parseAddress } from '../../mail/email/address.ts'
import type { Email } from '../../mail/email/email.ts'
import { isId, lastIdBefore } from '../../mail/email/id.ts'
import { cancel, retry } from '../../mail/manage/manage.ts'
import type { EmailQuery } from '../../mail/ports/emails.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { release, type Released } from '../../mail/manage/release.ts'
import { engineNames } from '../../mail/email/engine-name.ts'
import { emailStates, type EmailState } from '../../mail/email/states.ts'
import { readStream, type Stream } from '../../mail/email/stream.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound } from '../http/errors.ts'
import { parameter, readId, readPageQuery, readTime } from '../http/page-query.ts'
import { emailDetail, emailSummary } from './email-view.ts'
import { mailboxField } from '../../mail/email/checks.ts'
import { managedEmail, notAccepted, notPossible, readBody } from './refusals.ts'

/** `/v1/emails`: the real state of emails, and what a person may do with one. */
export function v1Emails(postern: Postern): Hono<ApiEnv> {
  const detail = async (email: Email) =>
    emailDetail(email, (await postern.inForce.current()).settings)
  return new Hono<ApiEnv>()
    .get('/emails', async (c) => {
      const { scope } = c.var.caller
      const page = { ...readPageQuery(c), ...readSince(c) }
      const query = { ...page, scope, state: readState(c), stream: streamIn(c), q: readSearch(c) }
      const { data, hasMore } = await postern.emails.list(query)
      const { settings } = await postern.inForce.current()
      return c.json({ data: data.map((one) => emailSummary(one, settings)), has_more: hasMore })
    })
    .get('/emails/:id', async (c) => {
      const email = await postern.emails.get(readId(c), c.var.caller.scope)
      if (!email) throw notFound('Email')
      return c.json(await detail(email))
    })
    .post('/emails/:id/retry', async (c) =>
      c.json(await detail(managedEmail(await retry(postern, readId(c), c.var.caller.scope)))),
    )
    .post('/emails/:id/cancel', async (c) =>
      c.json(await detail(managedEmail(await cancel(postern, readId(c), c.var.caller.scope)))),
    )
    .post('/emails/:id/release', async (c) => {
      const id = readId(c)
      const asked = readBody(releaseWish, await readJsonObject(c.req.raw))
      return c.json({ id: releasedId(await release(postern, id, asked, c.var.caller)) })
    })
}

function readState(c: Context): EmailState | undefined {
  const status = c.req.query('status')
  const state = emailStates.find((one) => one === status)
  if (status === undefined || state) return state
  throw parameter('status', `one of ${emailStates.join(', ')} is needed`)
}

function streamIn(c: Context): Stream | undefined {
  const text = c.req.query('stream')
  if (text === undefined) return undefined
  const read = readStream(text)
  if ('fault' in read) throw parameter('stream', read.fault)
  return read.stream
}

/** Sorts after every id. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/**
 * Ids hold the time of acceptance: what is older is not looked at, so that a search for what few are
 * in reads no more than that time.
 */
function readSince(c: Context): Pick<EmailQuery, 'after' | 'before'> {
  const { after = lastId, before } = c.req.query()
  const since = readTime(c, 'since')
  if (since === undefined) return {}
  if (before !== undefined) throw parameter('since', 'cannot be used together with `before`')
  return { after, before: lastIdBefore(since) }
}

/** An id, or an address in the one spelling under which it is kept. */
function readSearch(c: Context): string | undefined {
  const q = c.req.query('q')?.trim()
  if (q === undefined || isId(q)) return q
  const parsed = parseAddress(q, 'local')
  if ('address' in parsed) return parsed.address
  throw parameter('q', `an id or a complete address is needed: ${parsed.fault}`)
}

export const releaseWish = z.object({ to: mailboxField, engine: z.enum(engineNames).optional() })

function releasedId(released: Released): string {
  switch (released.kind) {
    case 'accepted':
      return released.id
    case 'unknown':
      throw notFound('Capture')
    case 'refused':
      throw notPossible(released.reason)
    default:
      throw notAccepted(released)
  }
}
