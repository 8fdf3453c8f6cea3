import { Hono } from 'hono'
import * as z from 'zod'
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
import { overlay } from '../../mail/settings/layers.ts'
import { testWords, type FindTest } from '../templates/test-words.ts'
import { settingsCandidate } from './settings.ts'

/** Sends with settings that are not in force: a host without secrets has it done elsewhere. */
export type SendWithCandidate = typeof sendWithCandidate

/**
 * `POST /v1/test-email`: an email through everything, and what became of it so far. With settings
 * or secrets it is sent with those, which are saved nowhere. Its words come from the template `test`.
 */
export function v1TestEmail(
  postern: Postern,
  sendWithCandidate: SendWithCandidate,
  findTest: FindTest,
): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post('/test-email', async (c) => {
    const { to, locale, ...tried } = readBody(testEmailWish, await readJsonObject(c.req.raw))
    const isTrial = tried.settings !== undefined || tried.secrets !== undefined
    if (isTrial) refuseOneProject(c.var.isOfAll)
    const { settings } = await postern.inForce.current()
    const template = await findTest(c.var.caller.project)
    const asTried = overlay(settings, tried.settings ?? {})
    const wish = { to, words: template && testWords(template, asTried, locale) }
    const sent = isTrial
      ? await sendWithCandidate(postern, tried, wish, c.var.caller)
      : await sendTestEmail(postern, wish, c.var.caller, c.req.raw.signal)
    if (sent.kind === 'faulty') throw invalid(sent.faults)
    if (sent.kind !== 'sent') throw notAccepted(sent)
    const email = emailDetail(sent.email, settings)
    const answer: TestEmail = { ...email, reason: sent.reason ?? email.waits_for }
    return c.json(answer)
  })
}

export const testEmailWish = settingsCandidate.extend({
  to: mailboxField.optional(),
  locale: z.string().max(64).optional(),
})
