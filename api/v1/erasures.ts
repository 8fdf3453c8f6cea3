import { Hono } from 'hono'
import { erasable } from '../../mail/email/erasable.ts'
import { erase, isWaitingFor, type Erased } from '../../mail/erase/erase.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { invalid } from '../http/errors.ts'
import type { ErasureItem } from '../openapi/answers.ts'
import { erasureWish } from './erasure-wish.ts'
import { scopeOf } from './projects.ts'
import { notPossible, readBody } from './refusals.ts'

/** `POST /v1/erasures`: erases an address, in as much as one call takes. */
export function v1Erasures(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post('/erasures', async (c) => {
    const wish = readBody(erasureWish, await readJsonObject(c.req.raw))
    const { address, dry_run: isTrial, cancel, suppressions: withSuppressions, after } = wish
    const scope = scopeOf(c)
    const isRefused = !isTrial && !cancel && after === undefined
    if (isRefused && (await isWaitingFor(postern, address, scope)))
      throw notPossible('emails to the address wait to be sent; cancel them with "cancel": true')
    const asked = { address, scope, isTrial, cancel, withSuppressions, after }
    const erased = await erase(postern, asked).catch(refuseAfter)
    c.set('changes', changesOf(erased, isTrial))
    return c.json(erasureItem(erased))
  })
}

function refuseAfter(error: unknown): never {
  if (!(error instanceof RangeError)) throw error
  throw invalid([{ path: 'after', rule: 'the `after` of an answer is needed' }])
}

/** What the audit says of it: how many of what, never which address. */
function changesOf({ found }: Erased, isTrial: boolean): readonly string[] {
  const counted = erasable.flatMap((kind) => (found[kind] > 0 ? [`${kind}: ${found[kind]}`] : []))
  return isTrial ? ['dry run', ...counted] : counted
}

function erasureItem({ after, ...erased }: Erased): ErasureItem {
  return { ...erased, done: after === undefined, after: after ?? null }
}
