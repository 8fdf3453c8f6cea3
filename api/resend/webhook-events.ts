import { Hono, type Context } from 'hono'
import { posted } from '../../mail/notify/body.ts'
import { jsonIn } from '../../mail/email/json.ts'
import type { NoticeStatus } from '../../mail/email/webhook.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Notice, NoticeTry } from '../../mail/ports/notices.ts'
import type { Webhook } from '../../mail/ports/webhooks.ts'
import type { ApiEnv } from '../access/auth.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { pageInOrder, readId, readPageQuery } from '../http/page-query.ts'
import { findWebhook } from './find-webhook.ts'

/** What an endpoint was told, and with what success: Resend's `/webhooks/{id}/events`. */
export function resendWebhookEvents(postern: Postern): Hono<ApiEnv> {
  const { notices, clock } = postern

  async function find(c: Context<ApiEnv>): Promise<{ webhook: Webhook; notice: Notice }> {
    const webhook = await findWebhook(c, postern)
    const notice = await notices.get(webhook.id, readId(c, 'event'))
    if (!notice) throw notFound('Webhook event')
    return { webhook, notice }
  }

  return new Hono<ApiEnv>()
    .get('/webhooks/:id/events', async (c) => {
      const { id: webhookId } = await findWebhook(c, postern)
      const { data, hasMore } = await notices.list({ webhookId, ...readPageQuery(c) })
      return c.json({ object: 'list', has_more: hasMore, data: data.map(item) })
    })
    .get('/webhooks/:id/events/:event', async (c) => {
      const { webhook, notice } = await find(c)
      const { dueAt, body } = notice
      return c.json({
        object: 'webhook_event',
        ...item(notice),
        next_attempt_at: dueAt === undefined ? null : new Date(dueAt).toISOString(),
        payload: jsonIn(posted(webhook.format, [body])),
      })
    })
    .get('/webhooks/:id/events/:event/attempts', async (c) => {
      const { tries } = (await find(c)).notice
      const { data, hasMore } = pageInOrder(tries.toReversed(), readPageQuery(c))
      return c.json({ object: 'list', has_more: hasMore, data: data.map(attempt) })
    })
    .post('/webhooks/:id/events/:event/replay', async (c) => {
      const { webhook, notice } = await find(c)
      refuseDisabled(webhook)
      await notices.replay(notice, clock.now())
      return c.json({ object: 'webhook_event', id: notice.id })
    })
}

/** @throws Refusal 422, as Resend does */
export function refuseDisabled({ status }: Webhook) {
  if (status === 'disabled')
    throw new Refusal(422, 'validation_error', 'The webhook is disabled: enable it first.')
}

function item(notice: Notice) {
  const { id, type, putAt } = notice
  return { id, type, created_at: new Date(putAt).toISOString(), status: statusOf(notice) }
}

function statusOf({ state, attempts }: Notice): NoticeStatus {
  if (state === 'delivered') return 'success'
  if (state !== 'waiting') return 'failed'
  return attempts === 0 ? 'pending' : 'attempting'
}

/** Without any answer its status is 0, for Resend's clients expect a number. */
function attempt({ id, at, status = 0, text }: NoticeTry) {
  return { id, http_status_code: status, response: text, sent_at: new Date(at).toISOString() }
}
