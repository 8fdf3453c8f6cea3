import { createHmac, sign } from 'node:crypto'
import type { WebhookFormat } from '../email/webhook.ts'
import type { Webhook } from '../ports/webhooks.ts'
import { inForceAt } from './secrets.ts'

interface Signed {
  /** Of the event. */
  readonly id: string
  /** Of the attempt, in milliseconds since the epoch. */
  readonly at: number
  readonly body: string
}

type Headers = Readonly<Record<string, string>>

/** The headers of a request to an endpoint: what it is, and proof that it is ours. */
export function headersFor(
  { format, secrets }: Pick<Webhook, 'format' | 'secrets'>,
  signed: Signed,
): Headers {
  const base = { 'content-type': 'application/json', 'user-agent': 'Postern-Webhooks' }
  return { ...base, ...proofIn[format](inForceAt(secrets, signed.at), signed) }
}

const proofIn: Readonly<
  Record<WebhookFormat, (secrets: readonly string[], signed: Signed) => Headers>
> = {
  standard: standardProof,
  sendgrid: sendGridProof,
  slack: () => ({}),
  teams: () => ({}),
}

/**
 * Standard Webhooks (github.com/standard-webhooks/standard-webhooks), under Svix's names as well: its
 * libraries and Resend's look for those. A signature for each secret that is in force.
 */
function standardProof(secrets: readonly string[], { id, at, body }: Signed): Headers {
  const [messageId, timestamp] = [`msg_${id}`, seconds(at)]
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const hash = createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`)
    return `v1,${hash.digest('base64')}`
  })
  const signature = signatures.join(' ')
  return Object.fromEntries(
    ['webhook', 'svix'].flatMap((name) => [
      [`${name}-id`, messageId],
      [`${name}-timestamp`, timestamp],
      [`${name}-signature`, signature],
    ]),
  )
}

/** SendGrid has one signature: that of the newest key. */
function sendGridProof([secret = '']: readonly string[], { at, body }: Signed): Headers {
  const timestamp = seconds(at)
  const key = { key: Buffer.from(secret, 'base64'), type: 'pkcs8', format: 'der' } as const
  const signature = sign('sha256', Buffer.from(timestamp + body), key)
  return {
    'X-Twilio-Email-Event-Webhook-Signature': signature.toString('base64'),
    'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
  }
}

function seconds(at: number): string {
  return String(Math.floor(at / 1_000))
}
