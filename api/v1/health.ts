import { Hono } from 'hono'
import { mailerStanding } from '../../mail/configure/verify.ts'
import type { HostFacts } from '../../mail/doctor/facts.ts'
import { health } from '../../mail/doctor/overview.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv, Authenticate } from '../access/auth.ts'
import type { Health } from '../openapi/answers.ts'
import { Refusal } from '../http/errors.ts'
import { remembered } from '../http/remembered.ts'
import { iso, isoOrNull } from './email-view.ts'
import { senderItem } from './senders.ts'

interface HealthOptions {
  /** Of Postern. */
  readonly version: string
  readonly hostFacts: () => Promise<HostFacts>
}

/** `GET /v1/health`: whether mail works. Strangers learn only yes or no; a wrong key nothing. */
export function v1Health(
  postern: Postern,
  authenticate: Authenticate,
  { version, hostFacts }: HealthOptions,
): Hono<ApiEnv> {
  const forStrangers = remembered(
    postern.clock,
    hostFacts,
    async ({ storage }): Promise<Health> => {
      const { valid, reason } = await mailerStanding(postern)
      return { status: valid && !reason && !storage ? 'ok' : 'degraded', mailer: { valid } }
    },
  )
  return new Hono<ApiEnv>().get('/health', async (c) => {
    const caller = await fullCaller(authenticate, c.req.raw)
    if (!caller) return c.json(await forStrangers())
    const { mailer, senders, webhooks, refusedFeedback, ...rest } = await health(
      postern,
      caller.scope,
      await hostFacts(),
    )
    const trouble = mailer.trouble.map((one) => ({ ...one, since: isoOrNull(one.since) }))
    const { quota, ...standing } = mailer
    const answer: Health = {
      ...rest,
      mailer: { ...standing, trouble, ...(quota && { quota: { ...quota, at: iso(quota.at) } }) },
      senders: senders.map(senderItem),
      webhooks: [...webhooks],
      ...(refusedFeedback !== undefined && { refused_feedback: refusedFeedback }),
      postern: version,
    }
    return c.json(answer)
  })
}

/** Who asks, with full access; undefined for anyone else. */
async function fullCaller(
  authenticate: Authenticate,
  request: Request,
): Promise<Caller | undefined> {
  try {
    const { permission, caller } = await authenticate(request)
    return permission === 'full_access' ? caller : undefined
  } catch (error) {
    // A key that is not known is no stranger: a monitor that has one must hear of it.
    if (error instanceof Refusal && error.code !== 'invalid_api_key') return undefined
    throw error
  }
}
