import { Hono, type Context } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Stray } from '../../mail/ports/strays.ts'
import type { Received } from '../../mail/report/take-returned.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readBodyBytes } from '../http/body-bytes.ts'
import { download } from '../http/download.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { readId, readPageQuery } from '../http/page-query.ts'
import type { ReturnedTaken, StrayItem } from '../openapi/answers.ts'
import { iso } from './email-view.ts'
import type { OnRefusedFeedback } from './sendgrid-feedback.ts'

/** `/v1/feedback/mail`: takes email that came back, and shows what no program understood. */
export function v1Feedback(postern: Postern, refused: OnRefusedFeedback): Hono<ApiEnv> {
  const { strays } = postern

  async function find(c: Context<ApiEnv>) {
    const found = await strays.get(readId(c))
    if (!found) throw notFound('Returned email')
    return found
  }

  return new Hono<ApiEnv>()
    .post('/feedback/mail', async (c) => {
      // Loaded with the first that comes.
      const { mostReturnedBytes, takeReturned } = await import('../../mail/report/take-returned.ts')
      const bytes = await readBodyBytes(c.req.raw, mostReturnedBytes)
      if (bytes.length === 0) throw noMail
      const returnedTo = (c.req.header(returnedToHeader) ?? '').split(',', mostAddresses)
      const received = await takeReturned(postern, { bytes, returnedTo })
      if (received.kind === 'kept') await refused(received.reason)
      return c.json(takenView(received))
    })
    .get('/feedback/mail', async (c) => {
      const { data, hasMore } = await strays.list(readPageQuery(c))
      return c.json({ data: data.map(strayView), has_more: hasMore })
    })
    .get('/feedback/mail/:id', async (c) => c.json(strayView((await find(c)).stray)))
    .get('/feedback/mail/:id/raw', async (c) => {
      const found = await find(c)
      const name = `${found.stray.id}.eml`
      return download(c, { name, type: 'message/rfc822', bytes: found.bytes })
    })
    .delete('/feedback/mail/:id', async (c) => {
      if (!(await strays.remove(readId(c)))) throw notFound('Returned email')
      return c.json({ deleted: 1 })
    })
}

/** The address it came back to, as a mail server tells a program. */
export const returnedToHeader = 'X-Postern-Returned-To'

/** An email comes back to one address; a mailbox may know it by more. */
const mostAddresses = 10

const noMail = new Refusal(400, 'validation_error', 'The body must be an email (message/rfc822).')

function takenView(received: Received): ReturnedTaken {
  return received.kind === 'reported'
    ? {
        kind: 'reported',
        email_id: received.emailId,
        signals: received.signals,
        id: null,
        reason: null,
      }
    : { kind: 'kept', email_id: null, signals: 0, id: received.id, reason: received.reason }
}

function strayView({ id, at, reason, emailId, from, subject, size }: Stray): StrayItem {
  return { id, created_at: iso(at), reason, email_id: emailId ?? null, from, subject, size }
}
