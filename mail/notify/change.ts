import { idOf } from '../email/id.ts'
import type { WebhookStatus } from '../email/webhook.ts'
import type { Event } from '../ports/events.ts'
import type { Webhook } from '../ports/webhooks.ts'

/** The next revision of an endpoint. `undefined` removes a value. */
export function changed(webhook: Webhook, change: Partial<Webhook>): Webhook {
  const next = { ...webhook, ...change, revision: webhook.revision + 1 }
  return Object.fromEntries(
    Object.entries(next).filter(([, value]) => value !== undefined),
  ) as unknown as Webhook
}

/** The change that enables or disables one; Postern says why, a person need not. */
export function switched(
  status: WebhookStatus,
  at: number,
  disabledReason?: string,
): Partial<Webhook> {
  return { status, disabledAt: status === 'disabled' ? at : undefined, disabledReason }
}

/** What to tell of an endpoint that is disabled: the same event however often it is made. */
export function disablingOf(webhook: Webhook): Event[] {
  const { id, project, url, disabledAt: at, disabledReason: text = 'by hand' } = webhook
  if (at === undefined) return []
  const type = 'webhook.disabled'
  return [
    {
      id: idOf(`${type} ${id}`, at),
      type,
      project,
      at,
      recordedAt: at,
      source: 'postern',
      text,
      webhook: { id, host: new URL(url).host },
    },
  ]
}
