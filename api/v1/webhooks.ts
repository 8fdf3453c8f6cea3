import { Hono } from 'hono'
import * as z from 'zod'
import { idOf } from '../../mail/email/id.ts'
import { webhookStanding } from '../../mail/email/webhook.ts'
import { testNotice } from '../../mail/notify/test-notice.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { EngineStanding } from '../../mail/ports/standing.ts'
import type { KnownWebhook } from '../../mail/ports/webhooks.ts'
import type { WebhookSummary } from '../openapi/answers.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { pageInOrder, readPageQuery } from '../http/page-query.ts'
import { refuseDisabled } from '../resend/webhook-events.ts'
import { findWebhook } from '../resend/find-webhook.ts'
import { readBody } from './refusals.ts'

/** `/v1/webhooks`: how endpoints fare, and what Resend's API of them does not have. */
export function v1Webhooks(postern: Postern): Hono<ApiEnv> {
  const { webhooks, notices, standing, clock } = postern

  const summaryOf = async (webhook: KnownWebhook) =>
    summary(webhook, await standing.read(webhookStanding(webhook.id)))

  return new Hono<ApiEnv>()
    .get('/webhooks', async (c) => {
      const all = (await webhooks.list(c.var.caller.scope)).toReversed()
      const { data, hasMore } = pageInOrder(all, readPageQuery(c))
      return c.json({ data: await Promise.all(data.map(summaryOf)), has_more: hasMore })
    })
    .get('/webhooks/:id', async (c) => c.json(await summaryOf(await findWebhook(c, postern))))
    .post('/webhooks/:id/test', async (c) => {
      const webhook = await findWebhook(c, postern)
      refuseDisabled(webhook)
      const now = clock.now()
      const id = idOf(`test of ${webhook.id} ${crypto.randomUUID()}`, now)
      await notices.put([testNotice(webhook, id, now)])
      return c.json({ id }, 202)
    })
    .post('/webhooks/:id/replay', async (c) => {
      const webhook = await findWebhook(c, postern)
      const { since, all } = readBody(replayWish, await readJsonObject(c.req.raw))
      refuseDisabled(webhook)
      const states = all
        ? (['failed', 'kept', 'delivered'] as const)
        : (['failed', 'kept'] as const)
      let replayed = 0
      for (let after: string | undefined; ;) {
        const query = { webhookId: webhook.id, limit: 100, states, since: Date.parse(since) }
        const { data, hasMore } = await notices.list({ ...query, ...(after && { after }) })
        await Promise.all(data.map((notice) => notices.replay(notice, clock.now())))
        replayed += data.length
        after = data.at(-1)?.id
        if (!hasMore) return c.json({ replayed })
      }
    })
}

/** From when on endpoints are told again. */
export const replayWish = z.object({
  since: z.iso.datetime({ offset: true }),
  all: z.boolean().optional().meta({ description: 'Also what the endpoint took.' }),
})

function summary(
  webhook: KnownWebhook,
  { pausedUntil, since, reason }: EngineStanding,
): WebhookSummary {
  const { id, project, createdAt, url, events, format, status, tags, domains } = webhook
  return {
    id,
    project,
    created_at: inIso(createdAt),
    endpoint: url,
    events: [...events],
    format,
    tags: tags ?? null,
    domains: domains ? [...domains] : null,
    status,
    disabled_reason: webhook.disabledReason ?? null,
    failing:
      pausedUntil === undefined
        ? null
        : {
            since: inIso(since ?? pausedUntil),
            reason: reason ?? '',
            paused_until: inIso(pausedUntil),
          },
  }
}

function inIso(time: number): string {
  return new Date(time).toISOString()
}
