import { Hono } from 'hono'
import * as z from 'zod'
import type { Scope } from '../../mail/email/project.ts'
import type { DeadLetter } from '../../mail/ports/dead-letters.ts'
import { queueView } from '../../mail/doctor/queue-view.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import {
  mostRedriven,
  redrive,
  redriveAll,
  type RedrivenLetter,
} from '../../mail/manage/redrive.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound } from '../http/errors.ts'
import { readPageQuery } from '../http/page-query.ts'
import type * as Answers from '../openapi/answers.ts'
import { emailDetail, iso } from './email-view.ts'
import { notPossible, readBody } from './refusals.ts'
import { senderItem } from './senders.ts'

/** `/v1/queue` and `/v1/dead-letters`: what waits, what was given up, and trying that again. */
export function v1Queue(postern: Postern): Hono<ApiEnv> {
  const { deadLetters, inForce } = postern
  return new Hono<ApiEnv>()
    .get('/queue', async (c) => {
      const { senders, ...view } = await queueView(postern, c.var.caller.scope)
      const answer: Answers.QueueView = { ...view, senders: senders.map(senderItem) }
      return c.json(answer)
    })
    .get('/dead-letters', async (c) => {
      const { data, hasMore } = await deadLetters.list({
        ...readPageQuery(c),
        scope: c.var.caller.scope,
      })
      return c.json({ data: data.map(letterView), has_more: hasMore })
    })
    .post('/dead-letters/redrive', async (c) => {
      const { ids, after } = readBody(redriveWish, await readJsonObject(c.req.raw))
      const { scope } = c.var.caller
      const { letters, hasMore } = ids
        ? { letters: await redriveThese(postern, scope, ids), hasMore: false }
        : await redriveAll(postern, scope, after)
      return c.json({ data: letters.map(redrivenView), has_more: hasMore })
    })
    .post('/dead-letters/:id/redrive', async (c) => {
      const redriven = await redrive(postern, c.req.param('id'), c.var.caller.scope)
      if (redriven.kind === 'unknown') throw notFound('Dead letter')
      if (redriven.kind === 'refused') throw notPossible(redriven.reason)
      const { email } = redriven
      if (!email) return c.json(redrivenView({ id: c.req.param('id'), redriven }))
      return c.json(emailDetail(email, (await inForce.current()).settings))
    })
    .delete('/dead-letters/:id', async (c) => {
      const id = c.req.param('id')
      if (!(await deadLetters.remove(id, c.var.caller.scope))) throw notFound('Dead letter')
      return c.json({ id, deleted: true })
    })
}

/** All of them unless some are named. */
export const redriveWish = z.object({
  ids: z.array(z.string().max(100)).min(1).max(mostRedriven).optional(),
  after: z.string().max(100).optional(),
})

function letterView({ id, emailId, reason, at }: DeadLetter): Answers.DeadLetter {
  return { id, email_id: emailId, reason, created_at: iso(at) }
}

async function redriveThese(
  postern: Postern,
  scope: Scope,
  ids: readonly string[],
): Promise<RedrivenLetter[]> {
  const letters: RedrivenLetter[] = []
  for (const id of new Set(ids)) letters.push({ id, redriven: await redrive(postern, id, scope) })
  return letters
}

function redrivenView({ id, redriven }: RedrivenLetter): Answers.Redriven {
  switch (redriven.kind) {
    case 'done':
      return { id, redriven: true, email_id: redriven.email?.id ?? null, reason: null }
    case 'unknown':
      return { id, redriven: false, email_id: null, reason: 'there is no such dead letter' }
    case 'refused':
      return { id, redriven: false, email_id: null, reason: redriven.reason }
  }
}
