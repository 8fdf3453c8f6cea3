import { Hono } from 'hono'
import { mailerStanding } from '../../mail/configure/verify.ts'
import { health } from '../../mail/doctor/overview.ts'
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
    if (!(await hasFullAccess(authenticate, c.req.raw))) return c.json(await forStrangers())
    const answer: Health = { ...(await health(postern)), postern: version }
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

async function hasFullAccess(authenticate: Authenticate, request: Request): Promise<boolean> {
  try {
    return (await authenticate(request)).permission === 'full_access'
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
