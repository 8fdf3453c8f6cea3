import { Hono } from 'hono'
import * as z from 'zod'
import { isContentType, isFilename } from '../../mail/request/attachments.ts'
import { newId } from '../../mail/email/id.ts'
import { holderOf } from '../../mail/keys/caller.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { readBodyBytes } from '../http/body-bytes.ts'
import { readJsonObject } from '../http/body.ts'
import type { LinkKeeper } from '../access/signed-link.ts'
import { Refusal } from '../http/errors.ts'
import { readId } from '../http/page-query.ts'
import { iso } from './email-view.ts'
import { readBody } from './refusals.ts'
import { hourMs } from '../../mail/email/time.ts'

/** `/v1/uploads`: large attachments, ahead of the emails that name them. For keys that may send. */
export function v1Uploads(
  postern: Postern,
  authenticate: Authenticate,
  links: LinkKeeper,
): Hono<ApiEnv> {
  const { uploads, clock } = postern
  const send = needs('sending_access', authenticate)
  return (
    new Hono<ApiEnv>()
      .post('/uploads', send, async (c) => {
        const wish = readBody(uploadWish, await readJsonObject(c.req.raw))
        if (wish.size > uploads.limits.bytes) throw tooLarge(uploads.limits.bytes)
        const now = clock.now()
        const id = newId(now)
        const { content_type: contentType, ...rest } = wish
        const expiresAt = now + validMs
        const owner = holderOf(c.var.caller)
        const place = await uploads.open({ ...rest, id, owner, contentType, expiresAt })
        const here = async () => ({
          url: (await links.make(c)).to(`/v1/uploads/${id}`),
          headers: { 'content-type': contentType },
        })
        const { url, headers } = place ?? (await here())
        return c.json({ id, url, headers, expires_at: iso(expiresAt) }, 201)
      })
      // With the link that was given, as at any other place that keeps uploads.
      .put('/uploads/:id', async (c) => {
        const holder = await links.check(c)
        const owner = holderOf(holder)
        const id = readId(c)
        const stay = await authenticate.enter(c.req.raw, holder.owner)
        try {
          const bytes = await readBodyBytes(c.req.raw, uploads.limits.bytes)
          if (!(await uploads.put(owner, id, bytes, clock.now()))) throw notKept
          return c.json({ id, size: bytes.byteLength })
        } finally {
          stay?.leave()
        }
      })
  )
}

/** As long as a link is good. */
const validMs = hourMs

export const uploadWish = z.object({
  filename: z.string().refine(isFilename, 'one line of 1 to 255 characters').optional(),
  size: z.number().int().min(1),
  content_type: z.string().refine(isContentType, 'a type such as image/png is needed'),
})

function tooLarge(limit: number): Refusal {
  const rule = `at most ${limit} bytes`
  return new Refusal(413, 'validation_error', `size: ${rule}`, { errors: [{ path: 'size', rule }] })
}

const notKept = new Refusal(
  404,
  'not_found',
  'Upload not found: there is none with this id and size, or it has expired',
)
