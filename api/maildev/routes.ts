import { Hono, type Context } from 'hono'
import type { Capture, Lister } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readSince } from '../captured/capture-query.ts'
import { readAside } from '../captured/read-aside.ts'
import type { Wait } from '../captured/waiting.ts'
import { holdForAnswer } from '../http/answer-room.ts'
import { download } from '../http/download.ts'
import { notFound } from '../http/errors.ts'
import { changeAll } from '../mailpit/change.ts'
import { capturesIn } from '../mailpit/find.ts'
import { open, openAndRead } from '../mailpit/opened.ts'
import { answerPage } from '../mailpit/view.ts'
import { isWanted } from './filter.ts'
import { emailOf } from './view.ts'

/** What readers of MailDev call, below `/email`. */
export function maildevRoutes(postern: Postern, wait: Wait): Hono<ApiEnv> {
  const { captures } = postern
  return new Hono<ApiEnv>()
    .get('/', async (c) => {
      const { skip, limit, ...rest } = c.req.query()
      const look = newest(c, postern)
      const lookFor = async (lister: Lister) =>
        (await look(lister)).filter((email) => isWanted(email, rest))
      const emails = await wait(c, lookFor, ({ length }) => length)
      const start = numberIn(skip) ?? 0
      return c.json(emails.slice(start, start + (numberIn(limit) ?? mostEmails)))
    })
    .delete('/all', async (c) => {
      await captures.remove('all', c.var.caller.scope)
      return c.json(true)
    })
    .patch('/read-all', async (c) => {
      const { scope } = c.var.caller
      const { unread } = await captures.count(scope)
      await changeAll(postern, scope, { ids: [] }, () => ({ seen: true }))
      return c.json(unread)
    })
    .get('/:id', async (c) => {
      const { capture, email } = await openAndRead(c, postern, c.req.param('id'))
      await captures.change(capture.id, { seen: true }, c.var.caller.scope)
      return c.json({ ...emailOf(capture, email), read: true })
    })
    .delete('/:id', async (c) => {
      const id = c.req.param('id').toLowerCase()
      if ((await captures.remove([id], c.var.caller.scope)) === 0) throw notFound('Email')
      return c.json(true)
    })
    .get('/:id/html', async (c) => {
      const { capture, email } = await openAndRead(c, postern, c.req.param('id'))
      const { html } = email.view
      if (html === null) throw notFound('HTML content')
      return answerPage(c, capture.id, { html, files: email.files })
    })
    .get('/:id/source', async (c) => {
      const { eml } = await open(c, postern, c.req.param('id'))
      return c.body(new Uint8Array(eml), 200, { 'Content-Type': 'text/plain; charset=utf-8' })
    })
    .get('/:id/download', async (c) => {
      const { capture, eml } = await open(c, postern, c.req.param('id'))
      return download(c, { name: `${capture.id}.eml`, type: 'message/rfc822', bytes: eml })
    })
    .get('/:id/attachment/:name', async (c) => {
      const { email } = await openAndRead(c, postern, c.req.param('id'))
      const file = email.files.find(({ name }) => name === c.req.param('name'))
      if (!file) throw notFound('Attachment')
      return download(c, file)
    })
}

/** Emails in one answer, all of each: the newest. */
const mostEmails = 100

/** Looks at them, oldest first, as MailDev lists them. Who looks again reads only what is new. */
function newest(c: Context<ApiEnv>, postern: Postern): (lister: Lister) => Promise<Email[]> {
  const { scope } = c.var.caller
  const since = readSince(c)
  const hold = ({ size }: Capture) => holdForAnswer(c, postern, 4 * size)
  const known = new Map<string, Email>()

  async function read(id: string): Promise<Email | undefined> {
    const one = known.has(id) ? undefined : await postern.captures.get(id, scope, hold)
    if (one) known.set(id, emailOf(one.capture, await readAside(one.eml)))
    return known.get(id)
  }

  return async (lister) => {
    const emails: Email[] = []
    for await (const { id } of capturesIn(lister, { scope, since }, mostEmails)) {
      const email = await read(id)
      if (email) emails.unshift(email)
      if (emails.length === mostEmails) break
    }
    return emails
  }
}

type Email = ReturnType<typeof emailOf>

function numberIn(text = ''): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
