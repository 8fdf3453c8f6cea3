import { Hono, type Context } from 'hono'
import * as z from 'zod'
import type { Suppression } from '../../mail/email/suppression.ts'
import { changeLists } from '../../mail/configure/lists.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Settings } from '../../mail/settings/settings.ts'
import { forAllProjects, needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { readAddress, readWish, recipientsWish } from './recipients.ts'
import { readWindow, windowOf } from './window.ts'

/** SendGrid's unsubscribe groups: the lists of `unsubscribe.lists` that have a number for a name. */
export function sendGridGroups(postern: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const { suppressions, clock, inForce } = postern

  const lists = async () => (await inForce.refresh()).settings.unsubscribe.lists

  async function find(c: Context<ApiEnv>): Promise<Group> {
    const group = groupsIn(await lists()).find(({ id }) => String(id) === c.req.param('group'))
    if (!group) throw notFound('Unsubscribe group')
    return group
  }

  /** @throws Refusal 403 where the settings refuse it */
  async function change(next: Parameters<typeof changeLists>[1]) {
    const changed = await changeLists(postern, next)
    if (changed.kind === 'refused') throw new Refusal(403, 'validation_error', changed.reason)
  }

  const manage = needs('full_access', authenticate)
  const suppressed = '/v3/asm/groups/:group/suppressions'
  return new Hono<ApiEnv>()
    .use('/v3/asm/groups', manage)
    .use('/v3/asm/groups/*', manage)
    .use('/v3/asm/suppressions', manage)
    .get('/v3/asm/groups', async (c) => c.json(groupsIn(await lists())))
    .post('/v3/asm/groups', forAllProjects, async (c) => {
      const wish = readWish(groupWish, await readJsonObject(c.req.raw))
      let id = 0
      await change((before) => {
        id = Math.max(firstGroup, ...groupsIn(before).map((group) => group.id)) + 1
        return { ...before, [id]: listOf(wish) }
      })
      return c.json(groupView(id, listOf(wish)), 201)
    })
    .get('/v3/asm/groups/:group', async (c) => c.json(await find(c)))
    .patch('/v3/asm/groups/:group', forAllProjects, async (c) => {
      const { id } = await find(c)
      const wish = readWish(groupChange, await readJsonObject(c.req.raw))
      await change((before) => ({ ...before, [id]: { ...before[id]!, ...wish } }))
      return c.json(await find(c), 201)
    })
    .delete('/v3/asm/groups/:group', forAllProjects, async (c) => {
      const { id } = await find(c)
      await change(({ [String(id)]: _, ...others }) => others)
      return c.body(null, 204)
    })
    .get(suppressed, async (c) => {
      const { id } = await find(c)
      const query = { scope: c.var.caller.scope, list: String(id) }
      const found = await windowOf(suppressions, query, readWindow(c))
      return c.json(found.map(({ address }) => address))
    })
    .post(suppressed, async (c) => {
      const list = String((await find(c)).id)
      const { recipient_emails: emails } = readWish(recipientsWish, await readJsonObject(c.req.raw))
      const { project, owner: by } = c.var.caller
      const cause = { reason: 'unsubscribe', at: clock.now(), by } as const
      for (const address of emails) await suppressions.add({ project, address, list }, cause)
      return c.json({ recipient_emails: emails }, 201)
    })
    .post(`${suppressed}/search`, async (c) => {
      const list = String((await find(c)).id)
      const { recipient_emails: addresses } = readWish(
        recipientsWish,
        await readJsonObject(c.req.raw),
      )
      const found = await suppressions.find({ project: c.var.caller.project, addresses, list })
      return c.json(found.filter((one) => one.list === list).map(({ address }) => address))
    })
    .delete(`${suppressed}/:email`, async (c) => {
      const place = { project: c.var.caller.project, address: readAddress(c) }
      const list = String((await find(c)).id)
      const removal = { at: clock.now(), by: c.var.caller.owner }
      if (!(await suppressions.remove({ ...place, list }, removal))) throw notFound('Suppression')
      return c.body(null, 204)
    })
    .get('/v3/asm/suppressions', async (c) => {
      const query = { scope: c.var.caller.scope, reason: 'unsubscribe' } as const
      const names = new Map(groupsIn(await lists()).map(({ id, name }) => [String(id), name]))
      const found = await windowOf(suppressions, query, readWindow(c))
      return c.json(
        found.filter(({ list = '' }) => names.has(list)).map((one) => entry(one, names)),
      )
    })
}

/** SendGrid's own begin somewhere there: a first group is no `1`. */
const firstGroup = 1_000

type Lists = Settings['unsubscribe']['lists']
type Group = ReturnType<typeof groupView>

export const groupWish = z.object({
  name: z.string().trim().min(1, 'must not be empty').max(100, 'at most 100 characters'),
  description: z.string().trim().max(255, 'at most 255 characters').optional(),
})

export const groupChange = groupWish
  .partial()
  .refine((wish) => Object.keys(wish).length > 0, 'a name or a description is needed')

function listOf({ name, description = '' }: z.output<typeof groupWish>) {
  return { name, description }
}

function groupsIn(lists: Lists): Group[] {
  const numbered = Object.entries(lists).filter(([name]) => /^[1-9]\d{0,8}$/.test(name))
  return numbered.map(([name, list]) => groupView(Number(name), list))
}

function groupView(id: number, { name, description }: Lists[string]) {
  return { id, name, description, is_default: false }
}

function entry({ address, list = '', causes }: Suppression, names: ReadonlyMap<string, string>) {
  const created = Math.floor(causes[0]!.at / 1_000)
  return {
    email: address,
    group_id: Number(list),
    group_name: names.get(list),
    created_at: created,
  }
}
