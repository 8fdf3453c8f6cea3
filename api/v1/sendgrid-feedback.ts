import { Hono } from 'hono'
import type { Signal } from '../../mail/email/signal.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv, Authenticate } from '../access/auth.ts'
import { readBodyBytes } from '../http/body-bytes.ts'
import { Refusal } from '../http/errors.ts'

/** Reads a signed batch of SendGrid's event webhook. */
export type ReadSendGridBatch = (
  signed: { readonly signature: string; readonly timestamp: string; readonly body: Buffer },
  publicKey: string,
  now: number,
) => Promise<readonly Signal[] | 'unsigned' | 'unreadable'>

/** Takes the reason why nothing came of what was handed in, without an address or a content. */
export type OnRefusedFeedback = (reason: string) => unknown

/** Largest batch, in bytes: SendGrid names no bound. */
const mostBatchBytes = 10_000_000

/**
 * `POST /v1/feedback/sendgrid`: what SendGrid says became of emails. No key: the signature over the
 * bytes is what counts. 2xx only when every event is durable, so that SendGrid tries the rest again.
 */
export function v1SendGridFeedback(
  { inForce, clock, signals }: Postern,
  authenticate: Authenticate,
  read: ReadSendGridBatch,
  refused: OnRefusedFeedback,
): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post('/feedback/sendgrid', async (c) => {
    const { settings } = await inForce.current()
    const { publicKey } = settings.feedback.sendgrid
    if (publicKey === null) throw notSetUp
    const stay = await authenticate.enter(c.req.raw, 'sendgrid')
    try {
      const body = await readBodyBytes(c.req.raw, mostBatchBytes)
      const header = (name: string) => c.req.header(`X-Twilio-Email-Event-Webhook-${name}`) ?? ''
      const signed = { signature: header('Signature'), timestamp: header('Timestamp'), body }
      const batch = await read(signed, publicKey, clock.now())
      if (batch === 'unsigned') throw unsigned
      if (batch === 'unreadable') throw unreadable
      if (batch.length > 0) await signals.put(batch)
      return c.json({ taken: batch.length })
    } catch (error) {
      if (error instanceof Refusal) await refused(error.message)
      throw error
    } finally {
      stay?.leave()
    }
  })
}

const notSetUp = new Refusal(
  403,
  'invalid_access',
  'SendGrid’s events are not set up: run `postern feedback setup sendgrid`.',
)

const unsigned = new Refusal(
  403,
  'invalid_access',
  'The signature is not SendGrid’s, or more than 25 hours old.',
)

const unreadable = new Refusal(400, 'validation_error', 'The body must be a JSON array of events.')
