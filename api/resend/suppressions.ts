import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { parseAddress } from '../../mail/email/address.ts'
import { isId } from '../../mail/email/id.ts'
import { allProjects, isInScope } from '../../mail/email/project.ts'
import type { Suppression, SuppressionReason } from '../../mail/email/suppression.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { needs, refuseOneProject, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound } from '../http/errors.ts'
import { parameter, readPageQuery } from '../http/page-query.ts'
import { readWish } from './read-wish.ts'

/** Resend's `/suppressions`: what is suppressed for every email, not for one list. */
export function resendSuppressions(postern: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const { suppressions, clock } = postern

  async function add(caller: Caller, email: string) {
    const place = { project: caller.project, address: email }
    const cause = { reason: 'manual', at: clock.now(), by: caller.owner } as const
    return (await suppressions.add(place, cause)).suppression
  }

  /** By its id or its address. */
  async function find({ caller }: ApiEnv['Variables'], key: string) {
    if (isId(key.toLowerCase())) return suppressions.get(key.toLowerCase(), caller.scope)
    const read = parseAddress(key, 'local')
    if ('fault' in read) return undefined
    const { project, scope } = caller
    const found = await suppressions.find({ project, addresses: [read.address] })
    return found.find((one) => isInScope(one.project, scope))
  }

  async function remove(c: Context<ApiEnv>, key: string) {
    const found = await find(c.var, key)
    if (found?.project === allProjects) refuseOneProject(c.var.isOfAll)
    const removal = { at: clock.now(), by: c.var.caller.owner }
    return found && (await suppressions.remove(found, removal))
  }

  return new Hono<ApiEnv>()
    .use('/suppressions/*', needs('full_access', authenticate))
    .post('/suppressions', async (c) => {
      const { email } = readWish(oneWish, await readJsonObject(c.req.raw))
      return c.json(named(await add(c.var.caller, email)), 201)
    })
    .post('/suppressions/batch/add', async (c) => {
      const { emails } = readWish(addWish, await readJsonObject(c.req.raw))
      const added: Suppression[] = []
      for (const email of emails) added.push(await add(c.var.caller, email))
      return c.json({ data: added.map(named) }, 201)
    })
    .post('/suppressions/batch/remove', async (c) => {
      const { emails, ids } = readWish(removeWish, await readJsonObject(c.req.raw))
      const data: object[] = []
      for (const key of emails ?? ids ?? []) {
        const removed = await remove(c, key)
        if (removed) data.push({ ...named(removed), deleted: true })
      }
      return c.json({ data })
    })
    .get('/suppressions', async (c) => {
      const origin = readOrigin(c)
      const { scope } = c.var.caller
      const page = { ...readPageQuery(c), scope, list: null }
      const { data, hasMore } = await suppressions.list({ ...page, reason: origin })
      return c.json({
        object: 'list',
        has_more: hasMore,
        data: data.map((one) => item(one, origin)),
      })
    })
    .get('/suppressions/:key', async (c) => {
      const found = await find(c.var, c.req.param('key'))
      if (!found) throw notFound('Suppression')
      return c.json({ object: 'suppression', ...item(found) })
    })
    .delete('/suppressions/:key', async (c) => {
      const removed = await remove(c, c.req.param('key'))
      if (!removed) throw notFound('Suppression')
      return c.json({ ...named(removed), deleted: true })
    })
}

/** Resend's limit. */
const mostAtOnce = 100

const email = z.string().transform((text, context) => {
  const read = parseAddress(text.trim(), 'local')
  if ('address' in read) return read.address
  context.addIssue(read.fault)
  return z.NEVER
})

const several = <Item extends z.ZodType>(one: Item) =>
  z.array(one).min(1, 'at least one').max(mostAtOnce, `at most ${mostAtOnce}`)

export const oneWish = z.object({ email })
export const addWish = z.object({ emails: several(email) })
export const removeWish = z
  .object({ emails: several(z.string()).optional(), ids: several(z.string()).optional() })
  .refine(({ emails, ids }) => (emails === undefined) !== (ids === undefined), {
    path: ['emails'],
    error: 'either emails or ids are needed',
  })

export const origins = ['bounce', 'complaint', 'manual'] as const

type Origin = (typeof origins)[number]

function readOrigin(c: Context): Origin | undefined {
  const origin = c.req.query('origin')
  const known = origins.find((one) => one === origin)
  if (origin === undefined || known) return known
  throw parameter('origin', `one of ${origins.join(', ')} is needed`)
}

function named({ id }: Suppression) {
  return { object: 'suppression', id }
}

/** Resend has one origin; an unsubscribe from everything is the recipient's own wish. */
function item({ id, address, causes }: Suppression, origin?: Origin) {
  const cause = causes.find(({ reason }) => reason === origin) ?? causes[0]!
  return {
    id,
    email: address,
    origin: originOf(cause.reason),
    source_id: cause.emailId ?? null,
    created_at: new Date(cause.at).toISOString(),
  }
}

function originOf(reason: SuppressionReason): Origin {
  return reason === 'unsubscribe' ? 'manual' : reason
}
