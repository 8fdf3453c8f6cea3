import { Hono } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { sendWithCandidate } from '../../mail/doctor/test-candidate.ts'
import { sendTestEmail } from '../../mail/doctor/test-email.ts'
import { refuseOneProject, type ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { invalid } from '../http/errors.ts'
import type { TestEmail } from '../openapi/answers.ts'
import { emailDetail } from './email-view.ts'
import { mailboxField } from '../../mail/email/checks.ts'
import { notAccepted, readBody } from './refusals.ts'
import { settingsCandidate } from './settings.ts'

/** Sends with settings that are not in force: a host without secrets has it done elsewhere. */
export type SendWithCandidate = typeof sendWithCandidate

/**
 * `POST /v1/test-email`: an email through everything, and what became of it so far. With settings
 * or secrets it is sent with those, which are saved nowhere.
 */
export function v1TestEmail(postern: Postern, sendWithCandidate: SendWithCandidate): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post('/test-email', async (c) => {
    const { to, ...tried } = readBody(testEmailWish, await readJsonObject(c.req.raw))
    const isTrial = tried.settings !== undefined || tried.secrets !== undefined
    if (isTrial) refuseOneProject(c.var.isOfAll)
    const sent = isTrial
      ? await sendWithCandidate(postern, tried, { to }, c.var.caller)
      : await sendTestEmail(postern, { to }, c.var.caller, c.req.raw.signal)
    if (sent.kind === 'faulty') throw invalid(sent.faults)
    if (sent.kind !== 'sent') throw notAccepted(sent)
    const { settings } = await postern.inForce.current()
    const email = emailDetail(sent.email, settings)
    const answer: TestEmail = { ...email, reason: sent.reason ?? email.waits_for }
    return c.json(answer)
  })
}

export const testEmailWish = settingsCandidate.extend({ to: mailboxField.optional() })
