import { Hono } from 'hono'
import * as z from 'zod'
import { cleanTag, tagKey, tagsIn } from '../../mail/email/tag-words.ts'
import type { Scope } from '../../mail/email/project.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { bad, ids, readBody } from './body.ts'
import { changeAll } from './change.ts'
import { capturesIn } from './find.ts'
import { ok } from './ok.ts'

/** Mailpit's tags. */
export function mailpitTags(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get('/api/v1/tags', async (c) =>
      c.json(Object.keys(await countTags(postern, c.var.caller.scope))),
    )
    .put('/api/v1/tags', async (c) => {
      const { IDs, Tags } = await readBody(c.req.raw, { IDs: ids, Tags: ids })
      if (IDs.length === 0) throw bad('IDs: the messages to tag are missing')
      await changeAll(postern, c.var.caller.scope, { ids: IDs }, () => ({ tags: tagsIn(Tags) }))
      return ok(c)
    })
    .put('/api/v1/tags/:tag', async (c) => {
      const { Name } = await readBody(c.req.raw, { Name: z.string() })
      const name = cleanTag(Name)
      if (name === '') throw bad('Name: a new name is needed')
      await replaceTag(postern, c.var.caller.scope, c.req.param('tag'), [name])
      return ok(c)
    })
    .delete('/api/v1/tags/:tag', async (c) => {
      await replaceTag(postern, c.var.caller.scope, c.req.param('tag'), [])
      return ok(c)
    })
}

async function replaceTag(postern: Postern, scope: Scope, tag: string, by: readonly string[]) {
  const renamed = (tags: readonly string[]) =>
    tagsIn(tags.flatMap((one) => (tagKey(one) === tagKey(tag) ? by : [one])))
  const search = { scope, terms: [{ about: 'tag', value: tag, not: false }] }
  await changeAll(postern, scope, { ids: [], search }, (capture) => ({
    tags: renamed(capture!.tags),
  }))
}

/** Captures that are looked at for their tags, the newest: reading each is paid for. */
const mostCounted = 1_000

/** How many of the newest captures have each tag, in the order of tags. */
export async function countTags(postern: Postern, scope: Scope): Promise<Record<string, number>> {
  const counts = new Map<string, number>()
  let seen = 0
  for await (const { tags } of capturesIn(postern.captures, { scope })) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
    if (++seen === mostCounted) break
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
