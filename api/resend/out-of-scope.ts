import { Hono } from 'hono'
import type { ApiEnv } from '../access/auth.ts'
import { Refusal } from '../http/errors.ts'

/** What Resend has below `/emails` and Postern does not: names, not to be mistaken for ids. */
export function resendOutOfScope(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  for (const path of ['/emails/metrics', '/emails/receiving', '/emails/receiving/*'])
    app.all(path, () => {
      throw new Refusal(404, 'not_found', 'Postern does not have this part of the API.')
    })
  return app
}
