import { Hono } from 'hono'
import { z } from 'zod'
import type { Postern } from '../../mail/postern.ts'
import { sendTestEmail } from '../../mail/test-email.ts'
import type { ApiEnv } from '../auth.ts'
import { readJsonObject } from '../body.ts'
import { emailDetail } from './email-view.ts'
import { mailboxField } from './mailbox-field.ts'
import { notAccepted, readBody } from './refusals.ts'

/** `POST /v1/test-email`: an email through everything, and what became of it so far. */
export function v1TestEmail(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post('/test-email', async (c) => {
    const { to } = readBody(wish, await readJsonObject(c.req.raw))
    const sent = await sendTestEmail(postern, to, c.var.caller, c.req.raw.signal)
    if (sent.kind !== 'sent') throw notAccepted(sent)
    return c.json({ ...emailDetail(sent.email), reason: sent.reason ?? null })
  })
}

const wish = z.object({ to: mailboxField.optional() })
