import { Hono, type Context } from 'hono'
import * as z from 'zod'
import type { CaptureQuery, Lister } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { EmailFile } from '../../mail/email/mime-email.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readFilter, readSince } from '../captured/capture-query.ts'
import type { CapturedEmail } from '../captured/capture-view.ts'
import { readCount, type Wait } from '../captured/waiting.ts'
import type { CaptureDetail, CaptureList } from '../openapi/answers.ts'
import { holdForAnswer } from '../http/answer-room.ts'
import { readJsonObject } from '../http/body.ts'
import { download } from '../http/download.ts'
import { notFound } from '../http/errors.ts'
import { parameter, readId, readPageQuery, type PageQuery } from '../http/page-query.ts'
import { answerHtml } from './capture-html.ts'
import { captureSummary } from './capture-summary.ts'
import { readBody } from './refusals.ts'

/** `/v1/captures`: the emails that were kept instead of sent. */
export function v1Captures(postern: Postern, wait: Wait): Hono<ApiEnv> {
  const { captures } = postern
  return new Hono<ApiEnv>()
    .get('/captures', async (c) => {
      const query = readQuery(c)
      const look = (lister: Lister) => lister.list(query)
      const { data, hasMore } = await wait(c, look, (page) => page.data.length)
      // Counted last: what the page shows is among them.
      const isCounted = readCount(c) !== undefined
      const count = isCounted ? await captures.count(c.var.caller.scope) : uncounted
      const page: CaptureList = { data: data.map(captureSummary), has_more: hasMore, ...count }
      return c.json(page)
    })
    .get('/captures/:id', async (c) => {
      const { capture, eml } = await find(c, postern)
      const { view } = await takeApart(eml)
      const detail: CaptureDetail = { ...captureSummary(capture), ...view }
      return c.json(detail)
    })
    .get('/captures/:id/raw', async (c) => {
      const { capture, eml } = await find(c, postern)
      return download(c, { name: `${capture.id}.eml`, type: 'message/rfc822', bytes: eml })
    })
    .get('/captures/:id/html', async (c) => answerHtml(c, await read(c, postern)))
    .get('/captures/:id/attachments/:n', async (c) => answerFile(c, await read(c, postern)))
    .get('/captures/:id/emails/:path', async (c) => {
      const { subject, view } = await readAttached(c, postern)
      return c.json({ subject, ...view })
    })
    .get('/captures/:id/emails/:path/raw', async (c) => download(c, await attachedFile(c, postern)))
    .get('/captures/:id/emails/:path/html', async (c) =>
      answerHtml(c, await readAttached(c, postern)),
    )
    .get('/captures/:id/emails/:path/attachments/:n', async (c) =>
      answerFile(c, await readAttached(c, postern)),
    )
    .post('/captures/:id/seen', async (c) => {
      const { seen } = readBody(seenMark, await readJsonObject(c.req.raw))
      const id = readId(c)
      if (!(await captures.change(id, { seen }, c.var.caller.scope))) throw notFound('Capture')
      return c.json({ id, seen })
    })
    .delete('/captures', async (c) =>
      c.json({ deleted: await captures.remove('all', c.var.caller.scope) }),
    )
    .delete('/captures/:id', async (c) => {
      const deleted = await captures.remove([readId(c)], c.var.caller.scope)
      if (deleted === 0) throw notFound('Capture')
      return c.json({ deleted })
    })
}

/** Counting reads all there are, which is paid for on AWS: only those are counted for who ask. */
const uncounted = { total: null, unread: null }

export const seenMark = z.object({ seen: z.boolean() })

/** Loaded when first needed: sending must not wait for a MIME parser to start. */
async function takeApart(eml: Uint8Array): Promise<CapturedEmail> {
  const { readAside } = await import('../captured/read-aside.ts')
  return readAside(eml)
}

async function read(c: Context<ApiEnv>, postern: Postern): Promise<CapturedEmail> {
  return takeApart((await find(c, postern)).eml)
}

/** The email at a path such as `0` or `0.2`: the third file of the first file is one. */
async function attachedFile(c: Context<ApiEnv>, postern: Postern): Promise<EmailFile> {
  const { isEmail } = await import('../../mail/email/mime-email.ts')
  const steps = c.req.param('path')!.split('.').slice(0, deepestEmail)
  let email = await read(c, postern)
  for (const [depth, n] of steps.entries()) {
    const file = email.files[Number(n)]
    if (!file || !isEmail(file.type)) break
    if (depth === steps.length - 1) return file
    email = await takeApart(file.bytes)
  }
  throw notFound('Attached email')
}

/** Emails inside each other that can be looked at; each is read again for those inside. */
const deepestEmail = 10

async function readAttached(c: Context<ApiEnv>, postern: Postern): Promise<CapturedEmail> {
  return takeApart((await attachedFile(c, postern)).bytes)
}

function answerFile(c: Context, { files }: CapturedEmail): Response {
  const file = files[Number(c.req.param('n'))]
  if (!file) throw notFound('Attachment')
  return download(c, file)
}

async function find(c: Context<ApiEnv>, postern: Postern) {
  const found = await postern.captures.get(readId(c), c.var.caller.scope, ({ size }) =>
    holdForAnswer(c, postern, size),
  )
  if (!found) throw notFound('Capture')
  return found
}

function readQuery(c: Context<ApiEnv>): CaptureQuery {
  const { scope } = c.var.caller
  const place = readPlace(c)
  const limit = c.req.query('limit') ? place.limit : Math.max(place.limit, readCount(c) ?? 0)
  // An empty search is none.
  const q = c.req.query('q')?.trim() || undefined
  return { ...place, limit, scope, ...readFilter(c), q }
}

/** A page, or with `since` what was accepted after an id, or at a time or later. */
function readPlace(c: Context): PageQuery {
  const page = readPageQuery(c)
  const before = readSince(c)
  if (before === undefined) return page
  if (page.after !== undefined || page.before !== undefined)
    throw parameter('since', 'cannot be used together with `after` or `before`')
  return { ...page, before }
}
