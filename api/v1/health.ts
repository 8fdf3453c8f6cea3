import { Hono } from 'hono'
import { mailerStanding } from '../../mail/configure/verify.ts'
import { health } from '../../mail/doctor/overview.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv, Authenticate } from '../access/auth.ts'
import type { Health } from '../openapi/answers.ts'
import { Refusal } from '../http/errors.ts'

/**
 * How long strangers are told the same, in milliseconds, also that nothing can be read: they may ask
 * a thousand times a second, and on AWS every look at the settings and engines is paid for.
 */
const rememberedMs = 60_000

/** `GET /v1/health`: whether mail works. Strangers learn only yes or no. */
export function v1Health(
  postern: Postern,
  authenticate: Authenticate,
  version: string,
): Hono<ApiEnv> {
  const forStrangers = remembered(postern, async (): Promise<Health> => {
    const { valid, reason } = await mailerStanding(postern)
    return { status: valid && !reason ? 'ok' : 'degraded', mailer: { valid } }
  })
  return new Hono<ApiEnv>().get('/health', async (c) => {
    const caller = await fullCaller(authenticate, c.req.raw)
    if (!caller) return c.json(await forStrangers())
    const answer: Health = { ...(await health(postern, caller.scope)), postern: version }
    return c.json(answer)
  })
}

function remembered<T>({ clock }: Postern, ask: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | undefined
  let until = 0
  return () => {
    if (last && clock.now() < until) return last
    until = clock.now() + rememberedMs
    return (last = ask())
  }
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
    if (error instanceof Refusal) return undefined
    throw error
  }
}
