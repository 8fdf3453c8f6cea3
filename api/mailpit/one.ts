import { Hono, type Context } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import type { Wait } from '../captured/waiting.ts'
import { notFound } from '../http/errors.ts'
import { headersOf, messageOf } from './message.ts'
import { open, openAndRead, waitForLatest } from './opened.ts'

/** Mailpit's addresses of one message and its parts. */
export function mailpitMessage(postern: Postern, wait: Wait): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .use('/api/v1/message/latest/*', waitForLatest(wait))
    .get('/api/v1/message/:id', async (c) => {
      const { capture, email } = await openAndRead(c, postern, c.req.param('id'))
      if (!capture.seen)
        await postern.captures.change(capture.id, { seen: true }, c.var.caller.scope)
      return c.json(messageOf(capture, email))
    })
    .get('/api/v1/message/:id/headers', async (c) => {
      const { email } = await openAndRead(c, postern, c.req.param('id'))
      return c.json(headersOf(email.view.headers))
    })
    .get('/api/v1/message/:id/raw', async (c) => {
      const { capture, eml } = await open(c, postern, c.req.param('id'))
      if (c.req.query('dl') === '1')
        c.header('Content-Disposition', `attachment; filename="${capture.id}.eml"`)
      return c.body(new Uint8Array(eml), 200, { 'Content-Type': 'text/plain; charset=utf-8' })
    })
    .get('/api/v1/message/:id/part/:part', async (c) => answerPart(c, await partOf(c, postern)))
    .get('/api/v1/message/:id/part/:part/thumb', async (c) => {
      const part = await partOf(c, postern)
      if (!part.type.startsWith('image/')) throw notFound('picture')
      // As it is: a smaller one would take a library that reads pictures.
      return answerPart(c, part)
    })
}

async function partOf(c: Context<ApiEnv>, postern: Postern) {
  const { email } = await openAndRead(c, postern, c.req.param('id')!)
  const part = c.req.param('part')!
  const file = /^\d{1,4}$/.test(part) ? email.files[Number(part)] : undefined
  if (!file) throw notFound('part')
  return file
}

/** In its own type, which a test looks at; a browser saves it and never shows it. */
function answerPart(c: Context, { type, bytes }: { type: string; bytes: Uint8Array }): Response {
  return c.body(new Uint8Array(bytes), 200, {
    'Content-Type': /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream',
    'Content-Disposition': 'attachment',
  })
}
