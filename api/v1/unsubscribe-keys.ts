import { Hono } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import { forAllProjects, type ApiEnv } from '../access/auth.ts'

/** `/v1/unsubscribe/rotate`: another key for the links that recipients unsubscribe with. */
export function v1UnsubscribeKeys({ linkKeys }: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post('/unsubscribe/rotate', forAllProjects, async (c) => {
    await linkKeys.rotate()
    return c.json({ keys: (await linkKeys.all(true)).length })
  })
}
