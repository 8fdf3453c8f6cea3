import { describe, expect, it } from 'vitest'
import type { Signal } from '../../../mail/email/signal.ts'
import { receive } from '../../../mail/report/receive.ts'
import { openApi, said, type OpenApi } from '../open-api.ts'
import { tried, unknownId } from './tried.ts'

async function sent(api: OpenApi) {
  const at = api.clock.now()
  const attempt = { at, what: 'attempt', engine: 'ses', outcome: 'sent' } as const
  return tried(api, {
    state: 'sent',
    recipients: [{ address: 'b@example.com', state: 'sent' }],
    timeline: [{ at, what: 'accepted' }, attempt],
    settledAt: at,
  })
}

function told(api: OpenApi, emailId: string, more: Partial<Signal> = {}) {
  const at = api.clock.now()
  const signal: Signal = {
    source: 'ses',
    key: `bounce ${emailId}`,
    kind: 'bounced',
    bounce: 'hard',
    reported: true,
    status: '5.1.1',
    text: '550 5.1.1 unknown',
    emailId,
    address: 'b@example.com',
    at,
    ...more,
  }
  return receive(api.postern, signal)
}

const typesIn = ({ data }: { readonly data: readonly object[] }) =>
  data.map((one) => (one as { type: string }).type)

describe('GET /v1/events', () => {
  it('shows what was told, newest first, and goes on behind its cursor from either end', async () => {
    const api = openApi()
    const id = await sent(api)
    await told(api, id, { kind: 'delivered', key: 'd', bounce: undefined })
    await api.clock.advance(1_000)
    await told(api, id)
    const newest = await api.read('/v1/events')
    expect(typesIn(newest).sort()).toEqual([
      'email.bounced',
      'email.delivered',
      'suppression.added',
    ])
    expect(newest.data.find(({ type }) => type === 'email.bounced')).toMatchObject({
      created_at: '2026-01-01T00:00:01.000Z',
      email_id: id,
      recipient: 'b@example.com',
      bounce: 'hard',
      status: '5.1.1',
      text: '550 5.1.1 unknown',
      tags: {},
      engine: null,
    })
    const first = await api.read('/v1/events?order=oldest&limit=1')
    expect(typesIn(first)).toEqual(['email.delivered'])
    const rest = await api.read(`/v1/events?order=oldest&after=${String(first['cursor'])}`)
    expect(typesIn(rest)).toHaveLength(2)
    const none = await api.read(`/v1/events?order=oldest&after=${String(rest['cursor'])}`)
    expect(none).toMatchObject({ data: [], has_more: false, cursor: rest['cursor'] })
  })

  it('filters by type, recipient and time', async () => {
    const api = openApi()
    await told(api, await sent(api))
    const read = async (query: string) => typesIn(await api.read(`/v1/events?${query}`))
    expect(await read('type=suppression.added')).toEqual(['suppression.added'])
    expect(await read('type=email.bounced,email.held')).toEqual(['email.bounced'])
    expect(await read('type=email.held&type=email.bounced')).toEqual(['email.bounced'])
    expect(await read('recipient=B@EXAMPLE.com')).toHaveLength(2)
    expect(await read('recipient=c@example.com')).toEqual([])
    expect(await read('since=2026-01-01T00:00:00Z')).toHaveLength(2)
    expect(await read('since=2026-01-01T00:00:01%2B00:00')).toEqual([])
  })

  it.each([
    ['type=email.opend', 'type'],
    ['order=up', 'order'],
    ['since=yesterday', 'since'],
    ['recipient=x', 'recipient'],
    ['after=not-a-cursor', 'after'],
    ['limit=0', 'limit'],
  ])('refuses %s, naming it', async (query, path) => {
    const [status, { error }] = await said(openApi().fetch(`/v1/events?${query}`))
    expect([status, error.errors]).toMatchObject([422, [{ path }]])
  })

  it('shows a project its own alone', async () => {
    const api = openApi({ defaults: { projects: { shop: {} } } })
    await told(api, await sent(api))
    const now = api.clock.now()
    await api.postern.standing.pause('smtp', 0, { at: now, until: now, reason: '535 no' })
    const inShop = { headers: { 'x-postern-project': 'shop' } }
    const [, shop] = await said(api.fetch('/v1/events', inShop))
    expect(shop.data).toEqual([])
    expect(typesIn(await api.read('/v1/events'))).not.toContain('engine.blocked')
  })
})

describe('GET /v1/emails/{id}/events', () => {
  it('tells of the way of one email, also of what is not kept', async () => {
    const api = openApi()
    const id = await sent(api)
    const other = await sent(api)
    await told(api, other, { key: 'other' })
    expect(typesIn(await api.read(`/v1/emails/${id}/events`))).toEqual(['email.sent'])
    await api.clock.advance(1_000)
    await told(api, id)
    const { data } = await api.read(`/v1/emails/${id}/events`)
    expect(typesIn({ data })).toEqual(['email.sent', 'email.bounced'])
    expect(data[0]).toMatchObject({ created_at: '2026-01-01T00:00:00.000Z', email_id: id })
  })

  it('is not there for an email that is not', async () => {
    expect((await openApi().fetch(`/v1/emails/${unknownId}/events`)).status).toBe(404)
  })
})
