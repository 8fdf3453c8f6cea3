import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { parseAddress } from '../../mail/email/address.ts'
import { reader } from '../../mail/email/checks.ts'
import { allProjects } from '../../mail/email/project.ts'
import { listName, suppressionReasons, type Suppression } from '../../mail/email/suppression.ts'
import { listRule } from '../../mail/suppress/suppression-rows.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { SuppressionQuery } from '../../mail/ports/suppressions.ts'
import { refuseOneProject, type ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound } from '../http/errors.ts'
import { parameter, readId, readPageQuery } from '../http/page-query.ts'
import { readBody } from './refusals.ts'
import { suppressionDetail, suppressionSummary } from './suppression-view.ts'

/** `/v1/suppressions`: the addresses that get nothing. */
export function v1Suppressions({ suppressions, clock }: Postern): Hono<ApiEnv> {
  async function find(c: Context<ApiEnv>): Promise<Suppression> {
    const found = await suppressions.get(readId(c), c.var.caller.scope)
    if (!found) throw notFound('Suppression')
    return found
  }

  return new Hono<ApiEnv>()
    .get('/suppressions', async (c) => {
      const { data, hasMore } = await suppressions.list(readQuery(c))
      return c.json({ data: data.map(suppressionSummary), has_more: hasMore })
    })
    .post('/suppressions', async (c) => {
      const wish = readBody(suppressionWish, await readJsonObject(c.req.raw))
      const { address, list, reason = list ? 'unsubscribe' : 'manual', text } = wish
      if (wish.allProjects) refuseOneProject(c.var.isOfAll)
      const { owner, project: own } = c.var.caller
      const place = {
        project: wish.allProjects ? allProjects : own,
        address,
        ...(list && { list }),
      }
      const cause = { reason, at: clock.now(), by: owner, ...(text && { text }) }
      const { suppression } = await suppressions.add(place, cause)
      return c.json(suppressionSummary(suppression), 201)
    })
    .get('/suppressions/:id', async (c) => {
      const found = await find(c)
      return c.json(suppressionDetail(found, await suppressions.history(found)))
    })
    .delete('/suppressions/:id', async (c) => {
      const found = await find(c)
      if (found.project === allProjects) refuseOneProject(c.var.isOfAll)
      await suppressions.remove(found, { at: clock.now(), by: c.var.caller.owner })
      return c.json({ id: found.id, deleted: true })
    })
}

const mailbox = z
  .string()
  .transform(reader((text) => parseAddress(text.trim(), 'local')))
  .transform(({ address }) => address)

/** What is to be suppressed, and why. */
export const suppressionWish = z
  .object({
    address: mailbox,
    reason: z.enum(suppressionReasons).optional(),
    list: z.string().regex(listName, listRule).optional(),
    allProjects: z.boolean().optional().meta({ description: 'In every project, not in one.' }),
    text: z.string().max(500).optional().meta({ description: 'A note.' }),
  })
  .refine(({ list, reason = 'unsubscribe' }) => !list || reason === 'unsubscribe', {
    path: ['reason'],
    error: 'a list only has unsubscribe',
  })

function readQuery(c: Context<ApiEnv>): SuppressionQuery {
  const { reason, list, q } = c.req.query()
  const known = suppressionReasons.find((one) => one === reason)
  if (reason !== undefined && !known)
    throw parameter('reason', `one of ${suppressionReasons.join(', ')} is needed`)
  return {
    ...readPageQuery(c),
    scope: c.var.caller.scope,
    reason: known,
    ...(list !== undefined && { list: list === '' ? null : list }),
    // Outside quotes no address has a blank: it was a plus that was not encoded.
    q: q?.trim().replaceAll(' ', '+') || undefined,
  }
}
