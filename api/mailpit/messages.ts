import { Hono, type Context } from 'hono'
import * as z from 'zod'
import type { Capture, Lister } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import type { Wait } from '../captured/waiting.ts'
import { bad, ids, readBody } from './body.ts'
import { changeAll, removeThese } from './change.ts'
import { allFound, capturesIn, found, type Search } from './find.ts'
import { ok } from './ok.ts'
import { mostAtOnce, pageOf, readPlace, type Place } from './place.ts'
import { readSearch } from './search.ts'
import { summaryOf } from './summary.ts'

/** Mailpit's lists: messages, those that a search finds, and what is done to them. */
export function mailpitMessages(postern: Postern, wait: Wait): Hono<ApiEnv> {
  const { captures } = postern
  return new Hono<ApiEnv>()
    .get('/api/v1/messages', async (c) => {
      const { scope } = c.var.caller
      const place = readPlace(c)
      const size = Math.min(place.start + place.limit, mostAtOnce)
      const look = (lister: Lister) =>
        pageOf(capturesIn(lister, { scope, ...place.bounds }, size), place)
      const page = await wait(c, look, ({ length }) => length)
      const { total, unread } = await captures.count(scope)
      const all = { messages_count: total, messages_unread: unread }
      return c.json({ ...listOf(page, place), ...all, total, unread })
    })
    .get('/api/v1/search', async (c) => {
      const place = readPlace(c)
      const search = searchIn(c, place.bounds)
      const matches = await wait(
        c,
        (lister) => allFound(lister, search),
        ({ length }) => length,
      )
      const page = matches.slice(place.start, place.start + place.limit)
      const messages_unread = matches.filter(({ seen }) => !seen).length
      const { total, unread } = await captures.count(c.var.caller.scope)
      const all = { messages_count: matches.length, messages_unread }
      return c.json({ ...listOf(page, place), ...all, total, unread })
    })
    .put('/api/v1/messages', async (c) => {
      const { IDs, Search, Read } = await readBody(c.req.raw, readMarks)
      if (IDs.length > 0 && Search !== '')
        throw bad('You may specify either IDs or a search query, not both')
      const search = Search === '' ? undefined : { ...searchOf(c, Search) }
      await changeAll(postern, c.var.caller.scope, { ids: IDs, search }, () => ({ seen: Read }))
      return ok(c)
    })
    .delete('/api/v1/messages', async (c) => {
      const { IDs } = await readBody(c.req.raw, { IDs: ids })
      const { scope } = c.var.caller
      await (IDs.length > 0 ? removeThese(postern, IDs, scope) : captures.remove('all', scope))
      return ok(c)
    })
    .delete('/api/v1/search', async (c) => {
      const matches: string[] = []
      for await (const { id } of found(captures, searchIn(c), Infinity)) matches.push(id)
      await removeThese(postern, matches, c.var.caller.scope)
      return ok(c)
    })
}

const readMarks = {
  IDs: ids,
  Search: z.string().trim().default(''),
  Read: z.boolean().default(false),
}

function listOf(page: readonly Capture[], { start }: Place) {
  const tags = [...new Set(page.flatMap((one) => one.tags))].sort()
  return { count: page.length, start, tags, messages: page.map(summaryOf) }
}

function searchIn(c: Context<ApiEnv>, bounds: Place['bounds'] = {}): Search {
  return { ...searchOf(c, c.req.query('query') ?? ''), ...bounds }
}

/** @throws Refusal 400 */
function searchOf(c: Context<ApiEnv>, text: string): Search {
  const read = readSearch(text, c.req.query('tz'))
  if ('fault' in read) throw bad(read.fault)
  return { scope: c.var.caller.scope, terms: read.terms }
}
