import type { Context } from 'hono'
import { lastIdBefore } from '../../mail/email/id.ts'
import { readSince } from '../captured/capture-query.ts'
import type { Capture } from '../../mail/ports/captures.ts'
import { bad } from './body.ts'
import { inZone } from './zone.ts'

/** The part of a list that is asked for. */
export interface Place {
  readonly start: number
  readonly limit: number
  /** Ids between which it lies. */
  readonly bounds: { readonly after?: string; readonly since?: string }
}

/** Captures that are passed over to come to a page, and those that a page has. */
const farthestStart = 10_000
export const mostAtOnce = 1_000

/** What is no number is passed over, as Mailpit does. @throws Refusal 400 for what is too far */
export function readPlace(c: Context): Place {
  const start = wholeNumber(c.req.query('start')) ?? 0
  if (start > farthestStart) throw bad(`start: at most ${farthestStart}: search instead`)
  const limit = Math.min(wholeNumber(c.req.query('limit')) ?? 50, mostAtOnce)
  const before = c.req.query('before')
  const time = before ? inZone(before, '') : undefined
  const after = time === undefined ? undefined : lastIdBefore(time)
  return { start, limit, bounds: { after, since: readSince(c) } }
}

function wholeNumber(text = ''): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** The captures of that part. */
export async function pageOf(
  all: AsyncIterable<Capture>,
  { start, limit }: Place,
): Promise<Capture[]> {
  const page: Capture[] = []
  let n = 0
  if (limit === 0) return page
  for await (const capture of all) {
    if (n++ >= start) page.push(capture)
    if (page.length === limit) break
  }
  return page
}
