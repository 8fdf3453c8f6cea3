import type { Context, MiddlewareHandler } from 'hono'
import type { Capture, Lister } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import type { CapturedEmail } from '../captured/capture-view.ts'
import { readSince } from '../captured/capture-query.ts'
import { readAside } from '../captured/read-aside.ts'
import type { Wait } from '../captured/waiting.ts'
import { holdForAnswer } from '../http/answer-room.ts'
import { notFound } from '../http/errors.ts'
import { capturesIn, found } from './find.ts'
import { readSearch } from './search.ts'
import { bad } from './body.ts'

/** A capture with its bytes. */
interface Opened {
  readonly capture: Capture
  readonly eml: Uint8Array
}

/**
 * The message that a path names: by its id, or the newest, of those that `query` finds.
 *
 * @throws Refusal 404
 */
export async function open(c: Context<ApiEnv>, postern: Postern, id: string): Promise<Opened> {
  const hold = ({ size }: Capture) => holdForAnswer(c, postern, size)
  const wanted =
    id === 'latest' ? (c.var.latest ?? (await latestId(c, postern.captures))) : id.toLowerCase()
  const opened = wanted && (await postern.captures.get(wanted, c.var.caller.scope, hold))
  if (!opened) throw notFound('message')
  return opened
}

export async function openAndRead(c: Context<ApiEnv>, postern: Postern, id: string) {
  const { capture, eml } = await open(c, postern, id)
  const email: CapturedEmail = await readAside(eml)
  return { capture, email }
}

/** Has whatever is asked of `latest` wait until there is one, where `wait` asks for that. */
export function waitForLatest(wait: Wait): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const latest = await wait(
      c,
      (lister) => latestId(c, lister),
      (id) => (id === undefined ? 0 : Infinity),
    )
    if (latest !== undefined) c.set('latest', latest)
    await next()
  }
}

async function latestId(c: Context<ApiEnv>, captures: Lister): Promise<string | undefined> {
  const { scope } = c.var.caller
  const text = c.req.query('query')?.trim()
  const since = readSince(c)
  if (!text) return firstIn(capturesIn(captures, { scope, since }, 1))
  const read = readSearch(text, c.req.query('tz'))
  if ('fault' in read) throw bad(read.fault)
  return firstIn(found(captures, { scope, terms: read.terms, since }))
}

async function firstIn(captures: AsyncIterable<Capture>): Promise<string | undefined> {
  for await (const { id } of captures) return id
  return undefined
}
