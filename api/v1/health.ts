import { Hono } from 'hono'
import { health } from '../../mail/doctor/overview.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv, Authenticate } from '../access/auth.ts'
import type { Health } from '../openapi/answers.ts'
import { Refusal } from '../http/errors.ts'

/** `GET /v1/health`: whether mail works. Strangers learn only yes or no. */
export function v1Health(
  postern: Postern,
  authenticate: Authenticate,
  version: string,
): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/health', async (c) => {
    const { status, mailer, ...rest } = await health(postern)
    const answer: Health = (await hasFullAccess(authenticate, c.req.raw))
      ? { status, mailer, ...rest, postern: version }
      : { status, mailer: { valid: mailer.valid } }
    return c.json(answer)
  })
}

async function hasFullAccess(authenticate: Authenticate, request: Request): Promise<boolean> {
  try {
    return (await authenticate(request)).permission === 'full_access'
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
