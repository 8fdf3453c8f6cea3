import type { Webhook } from '../ports/webhooks.ts'

/** The next revision of an endpoint. `undefined` removes a value. */
export function changed(webhook: Webhook, change: Partial<Webhook>): Webhook {
  const next = { ...webhook, ...change, revision: webhook.revision + 1 }
  return Object.fromEntries(
    Object.entries(next).filter(([, value]) => value !== undefined),
  ) as unknown as Webhook
}

/** Disabled by Postern, which says why. */
export function disabled(webhook: Webhook, disabledReason: string): Webhook {
  return changed(webhook, { status: 'disabled', disabledReason })
}
