import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { allProjects, isInScope } from '../../mail/email/project.ts'
import type { Suppression, SuppressionReason } from '../../mail/email/suppression.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { needs, refuseOneProject, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound } from '../http/errors.ts'
import { address, addressesWish, readAddress, readWish, recipientsWish } from './recipients.ts'
import { readWindow, windowOf } from './window.ts'

/**
 * SendGrid's lists of suppressed addresses. What it calls blocks and invalid emails suppresses no
 * one here, or is a bounce: those lists are empty.
 */
export function sendGridSuppressions(postern: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const { suppressions, clock } = postern

  /** What suppresses an address for this reason, for every email. */
  async function find(c: Context<ApiEnv>, email: string, reason: SuppressionReason) {
    const { project, scope } = c.var.caller
    const found = await suppressions.find({ project, addresses: [email] })
    const own = found.filter((one) => isInScope(one.project, scope))
    return own.find(({ causes }) => causes.some((cause) => cause.reason === reason))
  }

  async function remove(c: Context<ApiEnv>, email: string, reason: SuppressionReason) {
    const found = await find(c, email, reason)
    if (found?.project === allProjects) refuseOneProject(c.var.isOfAll)
    const removal = { reasons: [reason], at: clock.now(), by: c.var.caller.owner }
    return found && (await suppressions.remove(found, removal))
  }

  async function removeAll(c: Context<ApiEnv>, reason: SuppressionReason) {
    const { scope, owner: by } = c.var.caller
    for (;;) {
      const { data } = await suppressions.list({ scope, limit: 100, list: null, reason })
      if (data.some(({ project }) => project === allProjects)) refuseOneProject(c.var.isOfAll)
      for (const one of data)
        await suppressions.remove(one, { reasons: [reason], at: clock.now(), by })
      if (data.length === 0) return
    }
  }

  const app = new Hono<ApiEnv>()
  const manage = needs('full_access', authenticate)
  for (const path of [
    '/v3/suppression/*',
    '/v3/asm/suppressions/global',
    '/v3/asm/suppressions/global/*',
  ])
    app.use(path, manage)
  for (const [kind, { reason, view }] of Object.entries(kinds)) {
    const path = `/v3/suppression/${kind}`
    app.get(path, async (c) => {
      const window = readWindow(c)
      if (!reason) return c.json([])
      const query = { scope: c.var.caller.scope, list: null, reason }
      return c.json((await windowOf(suppressions, query, window)).map((one) => view(one, reason)))
    })
    if (kind === 'unsubscribes') continue
    app.get(`${path}/:email`, async (c) => {
      const email = readAddress(c)
      const found = reason && (await find(c, email, reason))
      return c.json(found ? [view(found, reason)] : [])
    })
    app.delete(`${path}/:email`, async (c) => {
      const email = readAddress(c)
      if (reason && !(await remove(c, email, reason))) throw notFound('Suppression')
      return c.body(null, 204)
    })
    app.delete(path, async (c) => {
      const wish = readWish(deletion, await readJsonObject(c.req.raw))
      if (reason && wish.delete_all) await removeAll(c, reason)
      for (const email of wish.emails ?? []) if (reason) await remove(c, email, reason)
      return c.body(null, 204)
    })
  }
  return app
    .post('/v3/asm/suppressions/global', async (c) => {
      const { recipient_emails: emails } = readWish(recipientsWish, await readJsonObject(c.req.raw))
      const { project, owner: by } = c.var.caller
      for (const address of emails)
        await suppressions.add({ project, address }, { reason: 'unsubscribe', at: clock.now(), by })
      return c.json({ recipient_emails: emails }, 201)
    })
    .get('/v3/asm/suppressions/global/:email', async (c) => {
      const found = await find(c, readAddress(c), 'unsubscribe')
      return c.json(found ? { recipient_email: found.address } : {})
    })
    .delete('/v3/asm/suppressions/global/:email', async (c) => {
      if (!(await remove(c, readAddress(c), 'unsubscribe'))) throw notFound('Suppression')
      return c.body(null, 204)
    })
}

interface Kind {
  readonly reason?: SuppressionReason
  readonly view: (suppression: Suppression, reason: SuppressionReason) => object
}

function usual(suppression: Suppression, reason: SuppressionReason) {
  const cause = suppression.causes.find((one) => one.reason === reason)!
  return { created: Math.floor(cause.at / 1_000), email: suppression.address, cause }
}

/** By the last part of their path. */
const kinds: Readonly<Record<string, Kind>> = {
  bounces: {
    reason: 'bounce',
    view(suppression, reason) {
      const { created, email, cause } = usual(suppression, reason)
      return { created, email, reason: cause.text ?? '', status: cause.status ?? '' }
    },
  },
  blocks: { view: () => ({}) },
  invalid_emails: { view: () => ({}) },
  spam_reports: {
    reason: 'complaint',
    view(suppression, reason) {
      const { created, email } = usual(suppression, reason)
      return { created, email, ip: '' }
    },
  },
  unsubscribes: {
    reason: 'unsubscribe',
    view(suppression, reason) {
      const { created, email } = usual(suppression, reason)
      return { created, email }
    },
  },
}

export const deletion = z
  .object({ delete_all: z.boolean().optional(), emails: addressesWish(address).optional() })
  .refine(({ delete_all: all, emails }) => (all === true) !== (emails !== undefined), {
    path: ['emails'],
    error: 'either emails or delete_all are needed',
  })
