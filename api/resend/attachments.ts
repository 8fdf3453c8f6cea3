import { Hono, type Context } from 'hono'
import type { Scope } from '../../mail/email/project.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { EmailFile } from '../../mail/email/mime-email.ts'
import { attachedFiles } from '../captured/attached-files.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { derivedId } from '../../mail/email/derived-id.ts'
import { holdForAnswer } from '../http/answer-room.ts'
import { download } from '../http/download.ts'
import type { Link, LinkKeeper } from '../access/signed-link.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { pageInOrder, readId, readPageQuery } from '../http/page-query.ts'
import { readContent } from '../../mail/content.ts'

/** Resend's `/emails/{id}/attachments`, while Postern has the content of the email. */
export function resendAttachments(
  postern: Postern,
  authenticate: Authenticate,
  links: LinkKeeper,
): Hono<ApiEnv> {
  const manage = needs('full_access', authenticate)
  return (
    new Hono<ApiEnv>()
      .get('/emails/:id/attachments', manage, async (c) => {
        const query = readPageQuery(c)
        const all = await attachmentsOf(c, postern, c.var.caller.scope)
        const { data, hasMore } = pageInOrder(all, query)
        const link = await links.make(c)
        return c.json({
          object: 'list',
          has_more: hasMore,
          data: data.map((one) => attachmentItem(one, c, link)),
        })
      })
      .get('/emails/:id/attachments/:aid', manage, async (c) => {
        const found = await find(c, postern, c.var.caller.scope)
        return c.json({ object: 'attachment', ...attachmentItem(found, c, await links.make(c)) })
      })
      // No key needed: anyone who has the link may follow it, as from Resend's own store.
      .get('/emails/:id/attachments/:aid/content', async (c) => {
        const { scope } = await links.check(c)
        return download(c, (await find(c, postern, scope)).file)
      })
  )
}

interface Attached {
  readonly id: string
  readonly file: EmailFile
}

/** @throws Refusal 404 when the email is not known or its content is gone */
async function attachmentsOf(c: Context, postern: Postern, scope: Scope): Promise<Attached[]> {
  const emailId = readId(c)
  const email = await postern.emails.get(emailId, scope)
  if (!email) throw notFound('Email')
  holdForAnswer(c, postern, email.size ?? 0)
  const content = await readContent(postern, emailId)
  if (!content) throw gone
  const files = await attachedFiles(content)
  return files.map((file, index) => ({ id: derivedId('attachment', emailId, String(index)), file }))
}

const gone = new Refusal(
  404,
  'not_found',
  'Attachments not found: the content of this email is no longer kept',
)

async function find(c: Context, postern: Postern, scope: Scope): Promise<Attached> {
  const id = readId(c, 'aid')
  const found = (await attachmentsOf(c, postern, scope)).find((one) => one.id === id)
  if (!found) throw notFound('Attachment')
  return found
}

function attachmentItem({ id, file }: Attached, c: Context, link: Link) {
  return {
    id,
    filename: file.name,
    size: file.bytes.byteLength,
    content_type: file.type,
    content_disposition: file.contentId === undefined ? 'attachment' : 'inline',
    content_id: file.contentId ?? null,
    download_url: link.to(`/emails/${readId(c)}/attachments/${id}/content`),
    expires_at: link.expiresAt,
  }
}
