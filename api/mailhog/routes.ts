import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { parseMailbox } from '../../mail/email/address.ts'
import type { Capture, Lister } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import type { Wait } from '../captured/waiting.ts'
import { holdForAnswer } from '../http/answer-room.ts'
import { notFound } from '../http/errors.ts'
import { bad, readBody } from '../mailpit/body.ts'
import { allFound, capturesIn, type Search } from '../mailpit/find.ts'
import { ok } from '../mailpit/ok.ts'
import { open } from '../mailpit/opened.ts'
import { pageOf, readPlace, type Place } from '../mailpit/place.ts'
import { releaseTo } from '../mailpit/release.ts'
import { itemOf } from './item.ts'

/** What clients of MailHog read. Mailpit has the addresses that both have. */
export function mailhogRoutes(postern: Postern, wait: Wait): Hono<ApiEnv> {
  const { captures } = postern
  return new Hono<ApiEnv>()
    .get('/api/v2/messages', async (c) => {
      const { scope } = c.var.caller
      const place = placeIn(c)
      const look = (lister: Lister) => pageOf(capturesIn(lister, { scope, ...place.bounds }), place)
      const page = await wait(c, look, ({ length }) => length)
      const { total } = await captures.count(scope)
      return c.json(await answerOf(c, postern, { page, total, start: place.start }))
    })
    .get('/api/v2/search', async (c) => {
      const place = placeIn(c)
      const search = { ...searchIn(c), since: place.bounds.since }
      const matches = await wait(
        c,
        (lister) => allFound(lister, search),
        ({ length }) => length,
      )
      const page = matches.slice(place.start, place.start + place.limit)
      const list = { page, total: matches.length, start: place.start }
      return c.json(await answerOf(c, postern, list))
    })
    .get('/api/v1/messages/:id', async (c) => {
      const { capture, eml } = await open(c, postern, c.req.param('id'))
      return c.json(itemOf(capture, Buffer.from(eml)))
    })
    .delete('/api/v1/messages/:id', async (c) => {
      const id = c.req.param('id').toLowerCase()
      if ((await captures.remove([id], c.var.caller.scope)) === 0) throw notFound('message')
      return ok(c)
    })
    .post('/api/v1/messages/:id/release', async (c) => {
      const { Email } = await readBody(c.req.raw, { Email: z.string() })
      const to = parseMailbox(Email)
      if ('fault' in to) throw bad(`Email: ${to.fault}`)
      const { capture } = await open(c, postern, c.req.param('id'))
      await releaseTo(postern, capture.id, [to.mailbox], c.var.caller)
      return ok(c)
    })
}

/** Messages in one answer, all of each. */
const mostItems = 250

function placeIn(c: Context): Place {
  const place = readPlace(c)
  return { ...place, limit: Math.min(place.limit, mostItems) }
}

interface List {
  readonly page: readonly Capture[]
  readonly total: number
  readonly start: number
}

async function answerOf(c: Context<ApiEnv>, postern: Postern, { page, total, start }: List) {
  const { scope } = c.var.caller
  const items: ReturnType<typeof itemOf>[] = []
  for (const { id } of page) {
    // Each in two forms, of two bytes for a character where it is not ASCII.
    const hold = ({ size }: Capture) => holdForAnswer(c, postern, 4 * size)
    const one = await postern.captures.get(id, scope, hold)
    if (one) items.push(itemOf(one.capture, Buffer.from(one.eml)))
  }
  return { total, count: items.length, start, items }
}

const kinds: Readonly<Record<string, string>> = {
  from: 'from',
  to: 'recipient',
  containing: 'text',
}

/** @throws Refusal 400 */
function searchIn(c: Context<ApiEnv>): Search {
  const { kind = '', query = '' } = c.req.query()
  const about = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!about) throw bad('kind: from, to or containing is needed')
  if (!/[\p{L}\p{N}]/u.test(query)) throw bad('query: what to look for is missing')
  if (query.length > longestQuery) throw bad(`query: more than ${longestQuery} characters`)
  return { scope: c.var.caller.scope, terms: [{ about, value: query, not: false }] }
}

const longestQuery = 500
