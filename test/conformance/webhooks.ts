import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changed, switched } from '../../mail/notify/change.ts'
import { newId } from '../../mail/email/id.ts'
import type { Backend } from '../../mail/ports/backend.ts'
import type { KnownWebhook, Webhook, Webhooks } from '../../mail/ports/webhooks.ts'
import type { VirtualClock } from '../virtual-clock.ts'

export interface WebhooksHarness {
  readonly backend: Pick<Backend, 'webhooks' | 'notices' | 'events'>
  readonly clock: VirtualClock
  close(): void | Promise<void>
}

/** A complete endpoint, but for what a test is about. */
export function aWebhook(values: Partial<Webhook> = {}): Webhook {
  return {
    id: newId(Date.UTC(2026, 0, 1)),
    project: 'default',
    createdAt: Date.UTC(2026, 0, 1),
    revision: 1,
    url: 'https://elsewhere.test/hook',
    events: ['email.delivered', 'email.bounced'],
    format: 'standard',
    status: 'enabled',
    secrets: [{ secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' }],
    ...values,
  }
}

/** Most seconds after which what `known` says is true. */
const lateMs = 10_000

/** What every store of endpoints must do. */
export function testWebhooks(name: string, open: () => Promise<WebhooksHarness>) {
  describe(`${name}: webhooks`, () => {
    let harness: WebhooksHarness
    let webhooks: Webhooks
    beforeEach(async () => {
      harness = await open()
      webhooks = harness.backend.webhooks
    })
    afterEach(() => harness.close())

    async function made(values: Partial<Webhook> = {}): Promise<Webhook> {
      const webhook = aWebhook(values)
      await webhooks.create(webhook)
      return webhook
    }

    it('are none at first', async () => {
      expect(await webhooks.known()).toEqual([])
      expect(await webhooks.list('*')).toEqual([])
      expect(await webhooks.get(newId(0), '*')).toBeUndefined()
      expect(await webhooks.remove(newId(0), '*')).toBe(false)
    })

    it('come back whole, oldest first', async () => {
      const first = await made({ tags: { kind: 'code' }, domains: ['own.test'] })
      const second = await made({ status: 'disabled', disabledReason: 'it is gone' })
      expect(await webhooks.get(first.id, 'default')).toEqual(first)
      expect(await webhooks.list('default')).toMatchObject([first, second].map(withoutSecrets))
    })

    it('are seen by their own project alone', async () => {
      const own = await made()
      const other = await made({ project: 'shop' })
      expect(await webhooks.list('default')).toMatchObject([withoutSecrets(own)])
      expect(await webhooks.list('*')).toMatchObject([own, other].map(withoutSecrets))
      expect(await webhooks.get(other.id, 'default')).toBeUndefined()
      expect(await webhooks.remove(other.id, 'default')).toBe(false)
      expect(await webhooks.get(other.id, 'shop')).toEqual(other)
    })

    it('change only from the revision before', async () => {
      const webhook = await made()
      const next = { ...webhook, revision: 2, url: 'https://elsewhere.test/other' }
      expect(await webhooks.replace(next)).toBe(true)
      expect(await webhooks.replace({ ...next, url: 'https://elsewhere.test/late' })).toBe(false)
      expect(await webhooks.get(webhook.id, '*')).toEqual(next)
    })

    it('do not come back by a change once they were removed', async () => {
      const webhook = await made()
      expect(await webhooks.remove(webhook.id, 'default')).toBe(true)
      expect(await webhooks.replace({ ...webhook, revision: 2 })).toBe(false)
      expect(await webhooks.list('*')).toEqual([])
    })

    it('tell the others of their project that one was disabled, once, and not the one itself', async () => {
      const events = ['webhook.disabled'] as const
      const [own, other] = [await made({ events }), await made({ events })]
      const elsewhere = await made({ events, project: 'shop' })
      await harness.clock.advance(lateMs)
      const at = harness.clock.now()
      const gone = changed(own, switched('disabled', at, 'it is gone'))
      expect(await webhooks.replace(gone)).toBe(true)
      expect(await webhooks.replace(changed(gone, { url: 'https://elsewhere.test/x' }))).toBe(true)
      expect(await webhooks.replace(changed(own, switched('disabled', at + 1)))).toBe(false)
      const told = await harness.backend.events.list({ scope: '*', limit: 10 })
      expect(told.data).toMatchObject([
        {
          type: 'webhook.disabled',
          project: 'default',
          at,
          text: 'it is gone',
          webhook: { id: own.id, host: 'elsewhere.test' },
        },
      ])
      const noticesOf = async ({ id: webhookId }: Webhook) =>
        (await harness.backend.notices.list({ webhookId, limit: 10 })).data.map(({ id }) => id)
      expect(await noticesOf(other)).toEqual([told.data[0]!.id])
      expect([await noticesOf(own), await noticesOf(elsewhere)]).toEqual([[], []])
    })

    it('are known to who writes events, soon after each change', async () => {
      expect(await webhooks.known()).toEqual([])
      const webhook = await made({ project: 'shop' })
      await harness.clock.advance(lateMs)
      expect(await webhooks.known()).toMatchObject([withoutSecrets(webhook)])
      const next = { ...webhook, revision: 2, status: 'disabled' as const }
      await webhooks.replace(next)
      await harness.clock.advance(lateMs)
      expect(await webhooks.known()).toMatchObject([withoutSecrets(next)])
      await webhooks.remove(webhook.id, '*')
      await harness.clock.advance(lateMs)
      expect(await webhooks.known()).toEqual([])
    })
  })
}

function withoutSecrets({ secrets: _, ...known }: Webhook): KnownWebhook {
  return known
}
