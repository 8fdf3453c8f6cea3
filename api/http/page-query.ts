import type { Context } from 'hono'
import * as z from 'zod'
import { isId } from '../../mail/email/id.ts'
import type { Page } from '../../mail/ports/page.ts'
import { Refusal } from './errors.ts'

export interface PageQuery {
  readonly limit: number
  readonly after?: string
  readonly before?: string
}

/**
 * Reads `limit` (1 to 100, else 20) and the cursor of a list: `after` or `before` an id.
 *
 * @throws Refusal 422 that names the parameter
 */
export function readPageQuery(c: Context): PageQuery {
  const { after, before } = c.req.query()
  if (after !== undefined && before !== undefined)
    throw parameter('before', 'cannot be used together with `after`')
  return { limit: readLimit(c), after: cursor('after', after), before: cursor('before', before) }
}

/** @throws Refusal 422 unless it is from 1 to 100; 20 without one */
export function readLimit(c: Context): number {
  const { limit = '20' } = c.req.query()
  if (/^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= 100) return Number(limit)
  throw parameter('limit', 'a whole number from 1 to 100 is needed')
}

const isoTime = z.iso.datetime({ offset: true })

/** A parameter that is a time, in milliseconds since the epoch. */
export function readTime(c: Context, name: string): number | undefined {
  const text = c.req.query(name)
  if (text === undefined) return undefined
  const time = isoTime.safeParse(text)
  if (!time.success) throw parameter(name, 'a time such as 2026-11-30T12:00:00Z is needed')
  return Date.parse(time.data)
}

/**
 * A page of a list that is there as a whole, in its order.
 *
 * @throws Refusal 422 when the cursor is not in the list
 */
export function pageInOrder<Item extends { readonly id: string }>(
  all: readonly Item[],
  { limit, after, before }: PageQuery,
): Page<Item> {
  const placeOf = (name: string, id: string) => {
    const place = all.findIndex((item) => item.id === id)
    if (place === -1) throw parameter(name, 'the id of an item is needed')
    return place
  }
  const start = after === undefined ? 0 : placeOf('after', after) + 1
  const left = all.slice(start, before === undefined ? all.length : placeOf('before', before))
  const data = before === undefined ? left.slice(0, limit) : left.slice(-limit)
  return { data, hasMore: left.length > limit }
}

/**
 * An id in the path, in the spelling that Postern gives (RFC 9562: read in any case).
 *
 * @throws Refusal 422 when it is not in the form of an id
 */
export function readId(c: Context, name = 'id'): string {
  const id = c.req.param(name)!.toLowerCase()
  if (!isId(id)) throw parameter('id', 'a valid UUID is needed')
  return id
}

/** 422 about a part of the address. */
export function parameter(name: string, rule: string): Refusal {
  return new Refusal(422, 'invalid_parameter', `The \`${name}\` parameter: ${rule}.`, {
    errors: [{ path: name, rule }],
  })
}

function cursor(name: string, text: string | undefined): string | undefined {
  const id = text?.toLowerCase()
  if (id !== undefined && !isId(id)) throw parameter(name, 'the id of an item is needed')
  return id
}
