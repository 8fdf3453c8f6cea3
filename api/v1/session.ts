import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { allProjects } from '../../mail/email/project.ts'
import { hashOfToken } from '../../mail/keys/api-keys.ts'
import type { ApiKey } from '../../mail/ports/keys.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { hashOfSession, makeSession } from '../../mail/keys/sessions.ts'
import { refuseRestricted, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { Refusal } from '../http/errors.ts'
import { failureLimit } from '../access/failure-limit.ts'
import { clientOf, refuseForeignPage } from '../http/origin.ts'
import { giveSession, sessionTokenOf, takeSession } from '../access/session-cookie.ts'
import type { SignedIn } from '../openapi/answers.ts'
import { readBody } from './refusals.ts'

/**
 * `/v1/session`: signing in to the console with a full-access key, which the browser then need not
 * keep, and signing out. Anyone may ask whether they are signed in and whether they have to be.
 */
export function v1Session({ sessions, clock }: Postern, authenticate: Authenticate): Hono<ApiEnv> {
  const limit = failureLimit(clock)

  async function keyFor(c: Context): Promise<ApiKey> {
    const { key: token } = readBody(signInWish, await readJsonObject(c.req.raw, mostSignInBytes))
    const client = clientOf(c.req.raw)
    const key = await authenticate.find(hashOfToken(token))
    if (!key) throw refused(c, limit.fail(client))
    limit.forgive(client)
    return key
  }

  async function answer(c: Context, key?: ApiKey, session?: string): Promise<Response> {
    const needed = await authenticate.isGuarded()
    const project = needed ? (key?.project ?? null) : allProjects
    const said: SignedIn = { signed_in: !!key, needed, project, ...(session && { session }) }
    return c.json(said)
  }

  return new Hono<ApiEnv>()
    .get('/session', async (c) => {
      const token = sessionTokenOf(c.req.raw)
      return answer(c, token === undefined ? undefined : await authenticate.keyOfSession(token))
    })
    .post('/session', async (c) => {
      refuseForeignPage(c.req.raw)
      const key = await keyFor(c)
      refuseRestricted(key)
      const { session, token } = makeSession(key.hash, clock.now())
      await sessions.create(session)
      return answer(c, key, giveSession(c, token))
    })
    .delete('/session', async (c) => {
      refuseForeignPage(c.req.raw)
      const token = sessionTokenOf(c.req.raw)
      if (token) await sessions.remove(hashOfSession(token))
      takeSession(c)
      return answer(c)
    })
}

/** Anyone may send it, so it takes no room from the rest. */
const mostSignInBytes = 10_000

export const signInWish = z.object({
  key: z.string('the API key is needed').trim().min(1).max(200),
})

/** The answer to a wrong key, and to one more of a client that has to wait. */
function refused(c: Context, seconds: number): Refusal {
  if (seconds === 0) return new Refusal(403, 'invalid_api_key', 'API key is invalid')
  c.header('Retry-After', String(seconds))
  const message = `Too many wrong keys: try again in ${seconds} seconds.`
  return new Refusal(429, 'rate_limit_exceeded', message)
}
