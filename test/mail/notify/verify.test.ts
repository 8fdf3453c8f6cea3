import { EventWebhook, EventWebhookHeader } from '@sendgrid/eventwebhook'
import { Resend } from 'resend'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hourMs } from '../../../mail/email/time.ts'
import { changed } from '../../../mail/notify/change.ts'
import { newSecret, rotated, shownSecret } from '../../../mail/notify/secrets.ts'
import { openTold, type Received, type Told } from './told.ts'

/** What the makers of the formats have their customers verify with. */
const verifiers = {
  resend: ({ body, headers }: Received, webhookSecret: string) =>
    new Resend('re_x').webhooks.verify({
      payload: body,
      headers: {
        id: headers['svix-id']!,
        timestamp: headers['svix-timestamp']!,
        signature: headers['svix-signature']!,
      },
      webhookSecret,
    }),
  svix: ({ body, headers }: Received, secret: string) =>
    new SvixWebhook(secret).verify(body, headers),
  standardwebhooks: ({ body, headers }: Received, secret: string) =>
    new StandardWebhook(secret).verify(body, headers),
}

let told: Told
beforeEach(async () => {
  told = await openTold()
  vi.useFakeTimers({ toFake: ['Date'], now: told.clock.now() })
})
afterEach(() => void vi.useRealTimers())

describe.each(Object.entries(verifiers))('%s', (_name, verify) => {
  it('accepts what an endpoint is sent, and no other body', async () => {
    const secret = newSecret('standard')
    const webhook = await told.endpoint({ secrets: [{ secret }] })
    await told.event({}, { subject: 'Grüße 你好 😀' })
    await told.tell(webhook)
    const [sent] = told.received
    expect(() => verify(sent!, secret)).not.toThrow()
    expect(() => verify({ ...sent!, body: sent!.body.replace('own', 'other') }, secret)).toThrow()
    expect(() => verify(sent!, newSecret('standard'))).toThrow()
  })

  it('accepts it by the old and by the new secret for a day, then by the new one alone', async () => {
    const [old, young] = [newSecret('standard'), newSecret('standard')]
    const webhook = await told.endpoint({ secrets: [{ secret: old }] })
    const secrets = rotated(webhook.secrets, young, told.clock.now())
    await told.backend.webhooks.replace(changed(webhook, { secrets }))
    await told.event()
    await told.tell(webhook)
    for (const secret of [old, young]) expect(() => verify(told.received[0]!, secret)).not.toThrow()
    await told.clock.advance(24 * hourMs)
    vi.setSystemTime(told.clock.now())
    await told.event()
    await told.tell(webhook)
    expect(() => verify(told.received[1]!, old)).toThrow()
    expect(() => verify(told.received[1]!, young)).not.toThrow()
  })
})

describe('SendGrid’s verifier', () => {
  const verifier = new EventWebhook()

  function verify({ body, headers }: Received, publicKey: string): boolean {
    const [signature, timestamp] = [EventWebhookHeader.SIGNATURE(), EventWebhookHeader.TIMESTAMP()]
    return verifier.verifySignature(
      verifier.convertPublicKeyToECDSA(publicKey),
      body,
      headers[signature.toLowerCase()]!,
      headers[timestamp.toLowerCase()]!,
    )
  }

  it('accepts a batch of events in SendGrid’s format, and no other body', async () => {
    const secret = newSecret('sendgrid')
    const webhook = await told.endpoint({
      format: 'sendgrid',
      secrets: [{ secret }],
      events: ['email.delivered', 'email.bounced'],
    })
    const tags = [
      { name: 'category', value: 'code' },
      { name: 'email', value: 'fake@x.test' },
    ]
    const delivered = await told.event({ text: '250 ok' }, { tags })
    await told.event({ type: 'email.bounced', bounce: 'soft', status: '4.2.2', text: 'full' })
    await told.tell(webhook, 100)
    expect(told.received).toHaveLength(1)
    const [sent] = told.received
    expect(JSON.parse(sent!.body)).toEqual([
      expect.objectContaining({
        email: 'bob@there.test',
        event: 'delivered',
        category: 'code',
        sg_event_id: delivered.id,
        sg_message_id: delivered.emailId,
        response: '250 ok',
        timestamp: Math.floor(delivered.at / 1_000),
      }),
      expect.objectContaining({
        event: 'bounce',
        type: 'blocked',
        status: '4.2.2',
        reason: 'full',
      }),
    ])
    const shown = shownSecret('sendgrid', { secret })
    expect(verify(sent!, shown)).toBe(true)
    expect(verify({ ...sent!, body: `${sent!.body} ` }, shown)).toBe(false)
    expect(verify(sent!, shownSecret('sendgrid', { secret: newSecret('sendgrid') }))).toBe(false)
  })

  it('accepts what is signed with a new key at once', async () => {
    const webhook = await told.endpoint({
      format: 'sendgrid',
      secrets: [{ secret: newSecret('sendgrid') }],
    })
    const secret = newSecret('sendgrid')
    await told.backend.webhooks.replace(
      changed(webhook, { secrets: rotated(webhook.secrets, secret, told.clock.now()) }),
    )
    await told.event()
    await told.tell(webhook)
    expect(verify(told.received[0]!, shownSecret('sendgrid', { secret }))).toBe(true)
  })
})
