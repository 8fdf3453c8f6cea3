import type { Context } from 'hono'
import type { Webhook, Webhooks } from '../../mail/ports/webhooks.ts'
import type { ApiEnv } from '../access/auth.ts'
import { notFound } from '../http/errors.ts'
import { readId } from '../http/page-query.ts'

/** @throws Refusal 404 when it is not there, or of another project */
export async function findWebhook(
  c: Context<ApiEnv>,
  { webhooks }: { readonly webhooks: Webhooks },
): Promise<Webhook> {
  const webhook = await webhooks.get(readId(c), c.var.caller.scope)
  if (!webhook) throw notFound('Webhook')
  return webhook
}
