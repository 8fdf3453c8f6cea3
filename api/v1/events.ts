import { Hono, type Context } from 'hono'
import { parseAddress } from '../../mail/email/address.ts'
import { eventOrders, eventTypes, type EventOrder, type EventType } from '../../mail/email/event.ts'
import { ordinaryEventsOf } from '../../mail/own-events.ts'
import type { EventPage, EventQuery } from '../../mail/ports/events.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { notFound } from '../http/errors.ts'
import { parameter, readId, readLimit, readTime } from '../http/page-query.ts'
import { eventView } from './event-view.ts'

/** `/v1/events`: what became of emails, engines and suppressed addresses. */
export function v1Events({ events, emails }: Postern): Hono<ApiEnv> {
  async function list(query: EventQuery): Promise<EventPage> {
    return events.list(query).catch((error: unknown) => {
      if (error instanceof RangeError) throw parameter('after', 'the cursor of a page is needed')
      throw error
    })
  }

  return new Hono<ApiEnv>()
    .get('/events', async (c) => {
      const { data, hasMore, cursor = null } = await list(readQuery(c))
      return c.json({ data: data.map(eventView), has_more: hasMore, cursor })
    })
    .get('/emails/:id/events', async (c) => {
      const email = await emails.get(readId(c), c.var.caller.scope)
      if (!email) throw notFound('Email')
      const kept = await events.ofEmail(email)
      const known = new Set(kept.map(({ id }) => id))
      const others = ordinaryEventsOf(email).filter(({ id }) => !known.has(id))
      const all = [...kept, ...others].sort((a, b) => a.at - b.at)
      return c.json({ data: all.map(eventView) })
    })
}

function readQuery(c: Context<ApiEnv>): EventQuery {
  const { after } = c.req.query()
  return {
    scope: c.var.caller.scope,
    limit: readLimit(c),
    order: readOrder(c),
    after,
    since: readTime(c, 'since'),
    types: readTypes(c),
    address: readRecipient(c),
  }
}

function readOrder(c: Context): EventOrder {
  const { order = 'newest' } = c.req.query()
  const known = eventOrders.find((one) => one === order)
  if (!known) throw parameter('order', `one of ${eventOrders.join(', ')} is needed`)
  return known
}

/** Several, with commas or one after the other. */
function readTypes(c: Context): readonly EventType[] | undefined {
  const names = c.req.queries('type')?.flatMap((text) => text.split(','))
  return names?.map((name) => {
    const known = eventTypes.find((one) => one === name.trim())
    if (!known) throw parameter('type', `one or more of ${eventTypes.join(', ')} are needed`)
    return known
  })
}

function readRecipient(c: Context): string | undefined {
  const { recipient } = c.req.query()
  if (recipient === undefined) return undefined
  const parsed = parseAddress(recipient, 'local')
  if ('address' in parsed) return parsed.address
  throw parameter('recipient', `a complete address is needed: ${parsed.fault}`)
}
