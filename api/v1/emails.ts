import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { parseAddress, parseMailbox } from '../../mail/address.ts'
import { isId } from '../../mail/id.ts'
import { cancel, retry, type Managed } from '../../mail/manage.ts'
import type { Postern } from '../../mail/postern.ts'
import { release, type Released } from '../../mail/release.ts'
import { engineNames } from '../../mail/settings.ts'
import { transitions, type EmailState } from '../../mail/states.ts'
import type { ApiEnv } from '../auth.ts'
import { readJsonObject } from '../body.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { parameter, readId, readPageQuery } from '../page-query.ts'
import { emailDetail, emailSummary } from './email-view.ts'

/** `/v1/emails`: the truth about emails, and what a person may do with one. */
export function v1Emails(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get('/emails', async (c) => {
      const query = { ...readPageQuery(c), state: readState(c), q: readSearch(c) }
      const { data, hasMore } = await postern.emails.list(query)
      return c.json({ data: data.map(emailSummary), has_more: hasMore })
    })
    .get('/emails/:id', async (c) => {
      const email = await postern.emails.get(readId(c))
      if (!email) throw notFound('Email')
      return c.json(emailDetail(email))
    })
    .post('/emails/:id/retry', async (c) => answer(c, await retry(postern, readId(c))))
    .post('/emails/:id/cancel', async (c) => answer(c, await cancel(postern, readId(c))))
    .post('/emails/:id/release', async (c) => {
      const id = readId(c)
      const wish = readWish(await readJsonObject(c.req.raw))
      return c.json({ id: releasedId(await release(postern, id, wish, c.var.caller)) })
    })
}

function readState(c: Context): EmailState | undefined {
  const status = c.req.query('status')
  if (status === undefined || Object.hasOwn(transitions, status))
    return status as EmailState | undefined
  throw parameter('status', `one of ${Object.keys(transitions).join(', ')} is needed`)
}

/** An id, or an address in the one spelling under which it is kept. */
function readSearch(c: Context): string | undefined {
  const q = c.req.query('q')?.trim()
  if (q === undefined || isId(q)) return q
  const parsed = parseAddress(q)
  if ('address' in parsed) return parsed.address
  throw parameter('q', `an id or a whole address is needed: ${parsed.fault}`)
}

const wish = z.object({
  to: z.string().transform((text, context) => {
    const parsed = parseMailbox(text)
    if ('mailbox' in parsed) return parsed.mailbox
    context.addIssue(parsed.fault)
    return z.NEVER
  }),
  engine: z.enum(engineNames).optional(),
})

function readWish(body: Record<string, unknown>): z.output<typeof wish> {
  const parsed = wish.safeParse(body)
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), rule: issue.message })),
  )
}

function answer(c: Context, managed: Managed): Response {
  if (managed.kind === 'unknown') throw notFound('Email')
  if (managed.kind === 'refused')
    throw new Refusal(409, 'conflict', `Not possible: ${managed.reason}.`)
  return c.json(emailDetail(managed.email))
}

function releasedId(released: Released): string {
  switch (released.kind) {
    case 'accepted':
      return released.id
    case 'unknown':
      throw notFound('Capture')
    case 'invalid':
      throw invalid(released.faults.map(({ field, rule }) => ({ path: field, rule })))
    case 'forbidden':
      throw new Refusal(403, 'validation_error', `Not allowed: ${released.reason}.`)
    case 'unavailable':
      throw new Refusal(503, 'application_error', `No email is accepted: ${released.reason}.`)
    case 'refused':
      throw new Refusal(409, 'conflict', `Not possible: ${released.reason}.`)
    // Only an Idempotency-Key leads there, and a release has none.
    case 'conflict':
    case 'running':
      throw new Error(`a release ended in ${released.kind}`)
  }
}
