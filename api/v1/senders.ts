import { Hono } from 'hono'
import * as z from 'zod'
import { sendersView, type SenderView } from '../../mail/doctor/senders.ts'
import { defaultProject } from '../../mail/email/project.ts'
import { resumeSender } from '../../mail/guardian/resume.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import type { SenderItem } from '../openapi/answers.ts'
import { isoOrNull } from './email-view.ts'
import { nameOf } from './pauses.ts'
import { notPossible, readBody } from './refusals.ts'

/** `/v1/senders`: how recipients take what each sender sends, and letting a held one go on. */
export function v1Senders(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get('/senders', async (c) => {
      const senders = await sendersView(postern, c.var.caller.scope)
      return c.json({ data: senders.map(senderItem), has_more: false })
    })
    .post('/senders/resume', async (c) => {
      const { scope } = c.var.caller
      const { domain, project = ownProject(scope) } = readBody(
        senderResumeWish,
        await readJsonObject(c.req.raw),
      )
      const by = await nameOf(postern, c.var.caller)
      if (!(await resumeSender(postern, { project, domain }, { scope, by })))
        throw notPossible(`${domain} is not held in the project ${project}`)
      return c.json({ project, domain, resumed: true })
    })
}

export const senderResumeWish = z.strictObject({
  domain: z.string().min(1).max(253),
  project: z.string().min(1).max(100).optional(),
})

/** Of a key that is of one project: that one. */
function ownProject(scope: string): string {
  return scope === '*' ? defaultProject : scope
}

export function senderItem({ since, ...sender }: SenderView): SenderItem {
  const { sent, bounced, complained } = sender
  const rate = (count: number) => count / Math.max(1, sent, bounced, complained)
  return {
    ...sender,
    bounceRate: rate(bounced),
    complaintRate: rate(complained),
    since: isoOrNull(since),
  }
}
