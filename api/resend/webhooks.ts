import { Hono, type Context } from 'hono'
import { newId } from '../../mail/email/id.ts'
import { webhookStanding } from '../../mail/email/webhook.ts'
import { changed, switched } from '../../mail/notify/change.ts'
import { newSecret, rotated, shownSecret } from '../../mail/notify/secrets.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { KnownWebhook, Webhook } from '../../mail/ports/webhooks.ts'
import { needs, refuseOneProject, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { Refusal } from '../http/errors.ts'
import { pageInOrder, readPageQuery } from '../http/page-query.ts'
import { findWebhook } from './find-webhook.ts'
import { refusalOfFaults } from './refusals.ts'
import { readWish } from './read-wish.ts'
import { resendWebhookEvents } from './webhook-events.ts'
import { webhookChange, webhookWish } from './webhook-wish.ts'

/** Resend's `/webhooks`: who is told of events. */
export function resendWebhooks(postern: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const { webhooks, notices, standing, web, clock } = postern

  async function refuseUnreachable(url: string) {
    const rule = await web.examine(url)
    if (rule !== undefined) throw refusalOfFaults([{ field: 'endpoint', rule, kind: 'invalid' }])
  }

  /** Written again where another change came between. */
  async function change(c: Context<ApiEnv>, changeOf: (webhook: Webhook) => Partial<Webhook>) {
    for (;;) {
      const webhook = await findWebhook(c, postern)
      const next = changed(webhook, changeOf(webhook))
      if (await webhooks.replace(next)) return next
    }
  }

  return new Hono<ApiEnv>()
    .use('/webhooks/*', needs('full_access', authenticate))
    .route('/', resendWebhookEvents(postern))
    .post('/webhooks', async (c) => {
      const wish = readWish(webhookWish, await readJsonObject(c.req.raw))
      refuseEngineEvents(c, wish.events)
      await refuseUnreachable(wish.endpoint)
      const { project } = c.var.caller
      const { length } = await webhooks.list(project)
      if (length >= webhooks.most) throw tooMany(webhooks.most)
      const { format, signing_secret: secret = newSecret(format) } = wish
      const webhook: Webhook = {
        id: newId(clock.now()),
        project,
        createdAt: clock.now(),
        revision: 1,
        url: wish.endpoint,
        events: wish.events,
        ...(wish.tags && { tags: wish.tags }),
        ...(wish.domains && { domains: wish.domains }),
        format,
        status: 'enabled',
        secrets: [{ secret }],
      }
      await webhooks.create(webhook)
      return c.json({ ...named(webhook), signing_secret: secretOf(webhook) }, 201)
    })
    .get('/webhooks', async (c) => {
      const all = (await webhooks.list(c.var.caller.scope)).toReversed()
      const { data, hasMore } = pageInOrder(all, readPageQuery(c))
      return c.json({ object: 'list', has_more: hasMore, data: data.map(item) })
    })
    .get('/webhooks/:id', async (c) => {
      const webhook = await findWebhook(c, postern)
      return c.json({ object: 'webhook', ...item(webhook), signing_secret: secretOf(webhook) })
    })
    .patch('/webhooks/:id', async (c) => {
      const wish = readWish(webhookChange, await readJsonObject(c.req.raw))
      const before = await findWebhook(c, postern)
      refuseEngineEvents(c, wish.events ?? [])
      const { endpoint, status } = wish
      if (endpoint !== undefined && endpoint !== before.url) await refuseUnreachable(endpoint)
      // A corrected endpoint is told at once.
      await standing.resume(webhookStanding(before.id))
      const webhook = await change(c, (one) => ({
        ...(endpoint !== undefined && { url: endpoint }),
        ...(wish.events && { events: wish.events }),
        ...(wish.tags !== undefined && { tags: wish.tags ?? undefined }),
        ...(wish.domains !== undefined && { domains: wish.domains ?? undefined }),
        ...(status && status !== one.status && switched(status, clock.now())),
      }))
      return c.json(named(webhook))
    })
    .delete('/webhooks/:id', async (c) => {
      const webhook = await findWebhook(c, postern)
      await webhooks.remove(webhook.id, c.var.caller.scope)
      await notices.removeAll(webhook.id)
      await standing.resume(webhookStanding(webhook.id))
      return c.json({ ...named(webhook), deleted: true })
    })
    .post('/webhooks/:id/signing-secret/rotate', async (c) => {
      const { format } = await findWebhook(c, postern)
      const secret = newSecret(format)
      const webhook = await change(c, ({ secrets }) => ({
        secrets: rotated(secrets, secret, clock.now()),
      }))
      return c.json({ ...named(webhook), signing_secret: secretOf(webhook) })
    })
}

function tooMany(most: number): Refusal {
  const rule = `A project has at most ${most} webhooks: remove one first.`
  return new Refusal(422, 'validation_error', rule)
}

/** The engines are of all projects. */
function refuseEngineEvents(c: Context<ApiEnv>, events: readonly string[]) {
  if (events.some((name) => name.startsWith('engine.'))) refuseOneProject(c.var.isOfAll)
}

function named({ id }: Webhook) {
  return { object: 'webhook', id }
}

function secretOf({ format, secrets }: Webhook): string {
  return shownSecret(format, secrets[0]!)
}

function item({ id, createdAt, status, url, events }: KnownWebhook) {
  return { id, created_at: new Date(createdAt).toISOString(), status, endpoint: url, events }
}
