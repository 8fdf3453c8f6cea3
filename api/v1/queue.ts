import { Hono, type Context } from 'hono'
import { retry } from '../../mail/manage.ts'
import type { DeadLetter } from '../../mail/ports.ts'
import type { Postern } from '../../mail/postern.ts'
import type { ApiEnv } from '../auth.ts'
import { notFound } from '../errors.ts'
import { readPageQuery } from '../page-query.ts'
import { emailDetail, iso } from './email-view.ts'
import { notPossible } from './refusals.ts'

/** `/v1/queue` and `/v1/dead-letters`: what waits, what was given up, and trying that again. */
export function v1Queue(postern: Postern): Hono<ApiEnv> {
  const { queue, deadLetters, clock } = postern
  return new Hono<ApiEnv>()
    .get('/queue', async (c) => c.json(await queue.depth(clock.now())))
    .get('/dead-letters', async (c) => {
      const { data, hasMore } = await deadLetters.list(readPageQuery(c))
      return c.json({ data: data.map(letterView), has_more: hasMore })
    })
    .post('/dead-letters/:id/redrive', async (c) => redrive(c, postern))
}

function letterView({ id, emailId, reason, at }: DeadLetter) {
  return { id, email_id: emailId, reason, created_at: iso(at) }
}

/** Puts the email back into the queue, then lets the letter go: a crash between leaves both. */
async function redrive(c: Context, postern: Postern): Promise<Response> {
  const { deadLetters, emails } = postern
  const letter = await deadLetters.get(c.req.param('id')!)
  if (!letter) throw notFound('Dead letter')
  const retried = await retry(postern, letter.emailId)
  const email = retried.kind === 'done' ? retried.email : await emails.get(letter.emailId)
  if (!email) throw notPossible('its email is gone')
  // A redrive that crashed in the middle left it queued, and `retry` has put its job again.
  if (email.state !== 'queued') throw notPossible(`the email is ${email.state}`)
  await deadLetters.remove(letter.id)
  return c.json(emailDetail(email))
}
