import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { isOpen, makeGroup } from '../../mail/deliver/groups.ts'
import type { Scope } from '../../mail/email/project.ts'
import type { Group, GroupStop } from '../../mail/ports/groups.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import type { Refusal } from '../http/errors.ts'
import { notFound } from '../http/errors.ts'
import { faultOf } from './faults.ts'
import { refusalOfFaults } from './refusals.ts'

/** SendGrid's batch ids, under which emails that wait can be paused or canceled together. */
export function sendGridBatches(postern: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const { groups, clock } = postern
  const send = needs('sending_access', authenticate)
  const manage = needs('full_access', authenticate)

  async function stop(id: string, scope: Scope, wish: GroupStop | undefined) {
    if (!(await groups.stop(id, scope, wish, clock.now()))) throw notFound('Batch')
  }

  /** The batch in the path. @throws Refusal 404 unless it is paused or canceled */
  async function readStopped(c: Context<ApiEnv>): Promise<Stopped> {
    const group = await groups.get(c.req.param('id')!, c.var.caller.scope, clock.now())
    if (!group?.stop) throw notFound('Scheduled send')
    return { id: group.id, stop: group.stop }
  }

  return new Hono<ApiEnv>()
    .post('/v3/mail/batch', send, async (c) =>
      c.json({ batch_id: (await makeGroup(postern, c.var.caller.project)).id }, 201),
    )
    .get('/v3/mail/batch/:id', send, async (c) => {
      const id = c.req.param('id')
      if (!(await isOpen(postern, id, c.var.caller.scope))) throw notFound('Batch')
      return c.json({ batch_id: id })
    })
    .post('/v3/user/scheduled_sends', manage, async (c) => {
      const wish = readWish(stopWish, await readJsonObject(c.req.raw))
      const { scope } = c.var.caller
      const others = (await stoppedOf(postern, scope)).filter(({ id }) => id !== wish.batch_id)
      if (others.length >= mostStopped) throw tooMany()
      await stop(wish.batch_id, scope, wish.status)
      return c.json(wish, 201)
    })
    .get('/v3/user/scheduled_sends', manage, async (c) =>
      c.json((await stoppedOf(postern, c.var.caller.scope)).map(sendView)),
    )
    .get('/v3/user/scheduled_sends/:id', manage, async (c) =>
      c.json([sendView(await readStopped(c))]),
    )
    .patch('/v3/user/scheduled_sends/:id', manage, async (c) => {
      const { status } = readWish(statusWish, await readJsonObject(c.req.raw))
      await stop((await readStopped(c)).id, c.var.caller.scope, status)
      return c.body(null, 204)
    })
    .delete('/v3/user/scheduled_sends/:id', manage, async (c) => {
      await stop((await readStopped(c)).id, c.var.caller.scope, undefined)
      return c.body(null, 204)
    })
}

/** SendGrid's limit; a longer list has no use. */
const mostStopped = 10

type Stopped = Required<Pick<Group, 'id' | 'stop'>>

async function stoppedOf({ groups, clock }: Postern, scope: Scope): Promise<Stopped[]> {
  const all = await groups.stopped(scope, clock.now())
  return all.flatMap(({ id, stop }) => (stop ? [{ id, stop }] : []))
}

function sendView({ id, stop }: Stopped) {
  return { batch_id: id, status: stop }
}

export const statusWish = z.object({
  status: z.enum(['pause', 'cancel'], { error: 'pause or cancel is needed' }),
})

export const stopWish = statusWish.extend({ batch_id: z.string() })

function readWish<T>(schema: z.ZodType<T>, body: Record<string, unknown>): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw refusalOfFaults(parsed.error.issues.map(faultOf))
}

function tooMany(): Refusal {
  return refusalOfFaults([
    {
      field: 'batch_id',
      rule: `at most ${mostStopped} batches can be paused or canceled at a time: delete one`,
      kind: 'invalid',
    },
  ])
}
